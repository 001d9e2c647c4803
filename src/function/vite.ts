/** What vite and vitest make of imports: objects named `__vi_import_0__`, and helpers in place of `import()` and `import.meta`. */
import { existsSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { BoundVariable } from './bindings.js'
import type { Draft } from './draft.js'
import { withoutQuery } from './entry.js'
import { loadedModule } from './loaded.js'
import { describeMembersInUse } from './module-members.js'
import type { ParcelNode, Slot } from './parcel.js'
import { isLoadedModule } from './scripts.js'

/** Describe one of vite's own variables; `undefined` for all others. */
export function describeViteBinding(bound: BoundVariable, draft: Draft): Slot | undefined {
  const { name, value, facts } = bound
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
  const file = candidates(withoutQuery(specifier), parent).find((candidate) => existsSync(candidate))
  if (file === undefined) return undefined
  if (loadedModule(file) !== undefined) return { file }
  const url = pathToFileURL(file).href
  return isLoadedModule(url) ? { url } : undefined
}

/** Vite writes `/@fs/` before absolute paths, and leaves out the root before others. */
function candidates(specifier: string, parent: string): string[] {
  if (specifier.startsWith('file:')) return [fileURLToPath(specifier)]
  const path = specifier.startsWith('/@fs/') ? specifier.slice('/@fs'.length) : specifier
  if (isAbsolute(path)) return [path, ...foldersAbove(parent).map((folder) => join(folder, path))]
  if (path.startsWith('.')) return [fileURLToPath(new URL(path, parent))]
  try {
    return [createRequire(parent).resolve(path)]
  } catch {
    return []
  }
}

function foldersAbove(url: string): string[] {
  if (!url.startsWith('file:')) return []
  const folders: string[] = []
  for (let folder = dirname(fileURLToPath(withoutQuery(url))); folder !== dirname(folder); folder = dirname(folder)) folders.push(folder)
  return folders
}
