/** Where the files lie that vite names in code it has transformed. Worker-safe. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { withoutQuery } from './entry.js'

/** The file that `specifier` names in the module `parent`, if there is one. */
export const vitePath = (specifier: string, parent: string): string | undefined =>
  candidates(withoutQuery(specifier), parent).find((candidate) => existsSync(candidate))

/** What Node imports where vite's `import()` says `specifier`: a path that begins with a slash means one below vite's root. */
export function viteSpecifier(specifier: string, parent: string): string {
  const file = specifier.startsWith('/') ? vitePath(specifier, parent) : undefined
  return file === undefined ? specifier : pathToFileURL(file).href
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
