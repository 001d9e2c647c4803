/** Where a value that came by reference was found: shipped on or back, it stays a reference. Worker-safe. */
import * as vm from 'node:vm'
import { isObject } from '../../codec/own-properties.js'
import type { ParcelNode, ReferenceNode } from '../parcel/parcel.js'

const references = new WeakMap<object, ReferenceNode>()

/** Remember that `value` was found through `node`. */
export function keepProvenance(value: unknown, node: ReferenceNode): void {
  if (isObject(value)) references.set(value, node)
}

/** The reference that `value` was found through. */
export const provenanceOf = (value: object): ReferenceNode | undefined => references.get(value)

const exported = new WeakMap<object, ReferenceNode>()

/** Remember that `value` is what a variable holds that its module exports and never assigns: it will always be found through `node`. */
export function keepExport(value: object, node: ReferenceNode): void {
  exported.set(value, node)
}

/** The export that `value` is known to be. A function that many runs send is inspected by the first: 0.1 to 0.2 ms of each of the others. */
export const exportOf = (value: object): ReferenceNode | undefined => exported.get(value)

const originals = new Map<string, WeakRef<object>>()

/** Remember that `value` is what `node` refers to: where it comes back, nothing has to be loaded. */
export function keepOriginal(value: unknown, node: ReferenceNode): void {
  const key = isObject(value) ? keyOf(node) : undefined
  if (key !== undefined && originals.get(key)?.deref() !== value) originals.set(key, new WeakRef(value as object))
}

/** What this process once sent as `node`. */
export function originalAt(node: ParcelNode): object | undefined {
  const key = originals.size === 0 ? undefined : keyOf(node)
  return key === undefined ? undefined : originals.get(key)?.deref()
}

function keyOf(node: ParcelNode): string | undefined {
  if (node.t === 'import') return isApart ? `${node.parent} ${JSON.stringify([node.specifier, node.attributes])}#${node.name}` : undefined
  if (node.t === 'export') return `${node.url}#${node.path.join('.')}`
  return node.t === 'require' ? `${node.file}#${node.path.join('.')}` : undefined
}

/**
 * Whether this code runs in a context of its own, as in a test of jest, whose modules an `import` by Node would load a second time. Elsewhere an
 * import is left to Node: what it gives may be assigned anew.
 */
const isApart = Object.getPrototypeOf(vm.createContext) !== Function.prototype
