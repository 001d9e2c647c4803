/** Values that are found, not built: globals, builtins, exports. Worker-safe. */
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ownNamed } from '../../own.js'
import { valueAt } from '../found/intrinsics.js'
import { moduleOf } from '../found/module-of.js'
import { originalAt } from '../found/provenance.js'
import { noteMissing } from '../found/unloadable.js'
import { viteSpecifier } from '../found/vite-path.js'
import type { ParcelNode, ReferenceNode } from '../parcel/parcel.js'
import { importFrom } from './compile.js'
import { exportsOf } from './load.js'

const references: ReadonlySet<string> = new Set<ReferenceNode['t']>([
  'own',
  'global',
  'builtin',
  'export',
  'require',
  'import',
  'namespace',
  'meta',
  'dynamic-import',
  'create-require',
])

/** Whether a node stands for a value that every process finds for itself. */
export const isReference = (node: ParcelNode): node is ReferenceNode => references.has(node.t)

/**
 * Find what a reference stands for; its module is loaded.
 *
 * @throws {Error} If the module does not export it any more.
 */
export function findReference(node: ReferenceNode): unknown {
  switch (node.t) {
    case 'global':
      return valueAt(globalThis, node.path)
    case 'builtin':
      return valueAt(process.getBuiltinModule(node.module), node.path)
    case 'own':
      return found(ownNamed(node.name) ?? exportsOf(node)?.[node.name], node, node.name)
    case 'export':
    case 'require':
      return originalAt(node) ?? found(valueAt(exportsOf(node), node.path), node, node.path.join('.'))
    case 'import':
      return originalAt(node) ?? (node.name === '*' ? exportsOf(node) : existing(exportsOf(node), node))
    case 'namespace':
      return membersOf(node)
    case 'meta':
      return metaOf(node)
    case 'dynamic-import':
      return (specifier: string) => importFrom(node.url, viteSpecifier(specifier, node.url))
    case 'create-require':
      return createRequire(node.from)
  }
}

function found(value: unknown, node: ReferenceNode, name: string): unknown {
  if (value === undefined) throw missing(name, node)
  return value
}

function existing(exports: Record<string, unknown> | undefined, node: ReferenceNode & { t: 'import' }): unknown {
  if (exports === undefined || !(node.name in exports)) throw missing(node.name, node)
  return exports[node.name]
}

function missing(name: string, node: ReferenceNode): Error {
  const error = new Error(
    `cannot find '${name}' in ${moduleOf(node) ?? 'joblet'}: the module that this worker loaded does not export it; make sure that it exports the same things in every process`,
  )
  noteMissing(error, node)
  return error
}

function membersOf(node: ReferenceNode & { t: 'namespace' }): unknown {
  const exports = exportsOf(node) ?? {}
  // The namespace itself shows it when its module assigns a variable.
  if (node.names === undefined || node.names.every((name) => name in exports)) return exports
  const fallback = exports['default'] as Record<string, unknown> | undefined
  return Object.fromEntries(node.names.map((name) => [name, name in exports ? exports[name] : fallback?.[name]]))
}

/** `import.meta` of a module that runs elsewhere. */
function metaOf({ url, env }: ReferenceNode & { t: 'meta' }): object {
  const place = url.startsWith('file:') ? fileURLToPath(url.replace(/[?#].*$/, '')) : undefined
  return {
    __proto__: null,
    ...(place !== undefined && { dirname: dirname(place), filename: place }),
    ...(env !== undefined && { env }),
    main: false,
    resolve: (specifier: string) => resolveFrom(url, specifier),
    url,
  }
}

function resolveFrom(url: string, specifier: string): string {
  if (specifier.startsWith('node:') || /^(\.{0,2}\/|[a-z]+:)/.test(specifier)) return new URL(specifier, url).href
  return pathToFileURL(createRequire(url).resolve(specifier)).href
}
