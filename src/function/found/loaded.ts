/** CommonJS modules that this process has loaded, by what they export. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import * as types from 'node:util/types'
import { isObject } from '../../codec/own-properties.js'
import { mustTravelByValue } from './by-value.js'

// Every `require` of a thread shares one cache. Named by a file that is always there: a CommonJS bundle has no `import.meta.url`.
const { cache } = createRequire(process.execPath)
// jest's cache is a Proxy over modules that it has transformed: nothing in it could be loaded elsewhere.
const modules: NodeJS.Dict<NodeJS.Module> = types.isProxy(cache) ? {} : cache

let index: Map<unknown, string> | undefined
let look = 0

/** Look at the cache anew when it is next asked; once per description, since listing it costs. */
export function refreshLoaded(): void {
  index = undefined
  look += 1
}

/** Which look it is: what was listed under another number may have changed. */
export const currentLook = (): number => look

/** The file of the module whose exports `value` is; never the entry's or another's that travels by value. */
export function loadedFileOf(value: unknown): string | undefined {
  index ??= indexed()
  return index.get(value)
}

/** What the module in `file` exports, as `{ exports }`, if it is loaded. */
export const loadedModule = (file: string): { readonly exports: unknown } | undefined => modules[file]

function indexed(): Map<unknown, string> {
  const files = new Map<unknown, string>()
  for (const [file, module] of Object.entries(modules)) {
    const exported: unknown = module?.exports
    if (isObject(exported) && !files.has(exported) && !mustTravelByValue(pathToFileURL(file).href)) files.set(exported, file)
  }
  return files
}
