/** Which module a reference leads to. Worker-safe. */
import { pathToFileURL } from 'node:url'
import type { Parcel, ParcelNode } from '../parcel/parcel.js'

/** The URL of the module behind a node, or the name it is imported by where only the importer's loader knows the rest. */
export function moduleOf(node: ParcelNode): string | undefined {
  switch (node.t) {
    case 'export':
      return node.url
    case 'require':
      return pathToFileURL(node.file).href
    case 'import':
      return /^(\.{0,2}\/|file:)/.test(node.specifier) && URL.canParse(node.specifier, node.parent)
        ? new URL(node.specifier, node.parent).href
        : node.specifier
    case 'namespace':
      return 'url' in node.from ? node.from.url : pathToFileURL(node.from.file).href
    default:
      return undefined
  }
}

/** Whether `parcel` makes its receiver load `module`. */
export const refersTo = ({ nodes }: Parcel, module: string): boolean => nodes.some((node) => moduleOf(node) === module)
