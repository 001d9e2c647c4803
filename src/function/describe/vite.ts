/** What vite and vitest make of imports: objects named `__vi_import_0__`, and helpers in place of `import()` and `import.meta`. */
import { isBuiltin } from 'node:module'
import { pathToFileURL } from 'node:url'
import { isLoadedModule } from '../engine/scripts.js'
import { mustTravelByValue } from '../found/by-value.js'
import { loadedModule } from '../found/loaded.js'
import { vitePath } from '../found/vite-path.js'
import type { ParcelNode, Slot } from '../parcel/parcel.js'
import type { BoundVariable } from './bindings.js'
import type { Draft } from './draft.js'
import { describeMembersInUse } from './module-members.js'

/** Describe one of vite's own variables; `undefined` for all others. */
export function describeViteBinding(bound: BoundVariable, draft: Draft): Slot | undefined {
  const { name, value, facts } = bound
  if (!name.startsWith('__vi')) return undefined
  const helper = /^__(?:vi|vite_ssr)_(import_meta|dynamic_import|import_\d+)__$/.exec(name)?.[1]
  if (helper === undefined) return undefined
  const { url } = facts.script
  if (helper === 'import_meta')
    return draft.once(`meta ${url}`, { t: 'meta', url, env: { ...(value as { env?: object } | undefined)?.env } })
  if (helper === 'dynamic_import') return draft.once(`dynamic-import ${url}`, { t: 'dynamic-import', url })
  const specifier = specifierOf(name, facts.text)
  const from = specifier === undefined ? undefined : nativeModule(specifier, url)
  return from === undefined ? describeMembersInUse(bound, draft) : draft.add(undefined, namespaceNode(from, bound))
}

type Source = (ParcelNode & { t: 'namespace' })['from']

const namespaceNode = (from: Source, { variable: { members } }: BoundVariable): ParcelNode => ({
  t: 'namespace',
  from,
  ...(members && { names: [...members] }),
})

/** The module behind one of vite's import objects, from the text that vite made. */
function specifierOf(name: string, text: string): string | undefined {
  const quoted = new RegExp(`\\b${name} = await __(?:vi|vite_ssr)_import__\\(("(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*')`).exec(text)?.[1]
  if (quoted === undefined) return undefined
  return quoted.startsWith('"') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
}

/** How a worker loads what vite left to Node; what vite has transformed no worker can load, so that travels by value. */
function nativeModule(specifier: string, parent: string): Source | undefined {
  if (isBuiltin(specifier)) return { url: specifier.startsWith('node:') ? specifier : `node:${specifier}` }
  const file = vitePath(specifier, parent)
  if (file === undefined) return undefined
  const url = pathToFileURL(file).href
  if (mustTravelByValue(url)) return undefined
  if (loadedModule(file) !== undefined) return { file }
  return isLoadedModule(url) ? { url } : undefined
}
