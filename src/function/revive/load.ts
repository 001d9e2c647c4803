/** Modules that a parcel refers to, loaded before its values are built. Worker-safe. */
import { createRequire } from 'node:module'
import { loadOwn, ownNamed } from '../../own.js'
import { ownFile } from '../found/own-file.js'
import { originalAt } from '../found/provenance.js'
import { noteUnloadable } from '../found/unloadable.js'
import type { ParcelNode } from '../parcel/parcel.js'
import { importFrom } from './compile.js'

/** What a module exports, however it was loaded. */
export type Exports = Record<string, unknown>

const loaded = new Map<string, unknown>()

/** The exports behind a node, if they were loaded; see {@link load}. */
export const exportsOf = (node: ParcelNode): Exports | undefined => loaded.get(keyOf(node) ?? '') as Exports | undefined

/** Whether `node` needs a module that is not loaded yet. */
export function needsLoading(node: ParcelNode): boolean {
  const key = keyOf(node)
  return key !== undefined && !loaded.has(key)
}

/** Load the module that `node` refers to. It stays loaded as long as this process, as imported modules do. */
export async function load(node: ParcelNode): Promise<void> {
  const key = keyOf(node)
  if (key === undefined || loaded.has(key)) return
  try {
    loaded.set(key, await loadExports(node))
  } catch (error) {
    noteUnloadable(error, node)
    throw error
  }
}

function keyOf(node: ParcelNode): string | undefined {
  if (originalAt(node) !== undefined) return undefined
  switch (node.t) {
    case 'own':
      return ownNamed(node.name) === undefined ? 'joblet' : undefined
    case 'export':
      return node.url
    case 'require':
      return `require ${node.file}`
    case 'import':
      return `import ${node.specifier} ${node.parent} ${JSON.stringify(node.attributes)}`
    case 'namespace':
      return 'url' in node.from ? node.from.url : `interop ${node.from.file}`
    default:
      return undefined
  }
}

async function loadExports(node: ParcelNode): Promise<unknown> {
  switch (node.t) {
    case 'own':
      return loadOwn() ?? importFrom(undefined, ownFile('index').href)
    case 'export':
      return importFrom(undefined, node.url)
    case 'import':
      return importFrom(node.parent, node.specifier, node.attributes)
    case 'require':
      return required(node.file)
    case 'namespace':
      return 'url' in node.from ? importFrom(undefined, node.from.url) : asNamespace(required(node.from.file))
    default:
      return undefined
  }
}

/** A module that is loaded stays loaded, whatever has become of its file. */
function required(file: string): unknown {
  const require = createRequire(file)
  const module = require.cache[file]
  return module?.loaded === true ? module.exports : require(file)
}

/** A CommonJS module as bundlers show it to `import`. */
function asNamespace(exported: unknown): Exports {
  const members = typeof exported === 'object' && exported !== null ? (exported as Exports) : {}
  return { ...members, default: members['__esModule'] === true && 'default' in members ? members['default'] : exported }
}
