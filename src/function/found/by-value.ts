/** Modules whose functions travel by value although they could be imported, as cloudpickle's `register_pickle_by_value` has it. Worker-safe. */
import { realpathSync, statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { OptionError } from '../../errors.js'
import { own } from '../../own.js'
import { isEntry, withoutQuery } from './entry.js'

/** URLs that one call has registered; those of folders end with a slash. */
type Registration = readonly string[]

const registered = new Set<Registration>()
const unloadable = new Set<string>()

/**
 * Send the functions of a module with the state that the module has here, instead of importing it anew in the worker. It counts from the next run on.
 *
 * @param moduleUrl URL or absolute path of the module, or of a folder for all modules below it.
 * @returns A function that takes it back.
 * @throws {OptionError} If `moduleUrl` is a relative path, a package's name, or no text at all.
 * @example
 * ```ts
 * import { registerByValue } from 'joblet'
 *
 * // Workers get what `settings.js` holds now, instead of loading it anew.
 * const takeBack = registerByValue(new URL('./settings.js', import.meta.url))
 * takeBack()
 * ```
 * @category How functions travel
 */
export const registerByValue = own('registerByValue', (moduleUrl: string | URL): (() => void) => {
  const registration = withRealPath(urlOf(moduleUrl))
  registered.add(registration)
  return () => void registered.delete(registration)
})

/** A worker could not load `module` (its URL, or the name it is imported by): from now on, what it exports travels by value. */
export function sendByValue(module: string): void {
  unloadable.add(withoutQuery(module))
}

/** Whether what `url` exports must not travel by reference. */
export const mustTravelByValue = (url: string): boolean => isEntry(url) || isRegistered(url)

/** Whether any module is registered at all: asked before anything that costs. */
export const isAnyRegistered = (): boolean => registered.size > 0 || unloadable.size > 0

function isRegistered(url: string): boolean {
  if (!isAnyRegistered()) return false
  const bare = withoutQuery(url)
  if (unloadable.has(bare)) return true
  // TypeScript may be named as its compiler would name it.
  const compiled = bare.replace(/\.([mc]?)tsx?$/, '.$1js')
  return [...registered].flat().some((known) => bare === known || compiled === known || (known.endsWith('/') && bare.startsWith(known)))
}

function urlOf(place: unknown): string {
  if (place instanceof URL) return withoutQuery(place.href)
  if (typeof place !== 'string') throw wrong('`moduleUrl` must be a URL or a path')
  if (isAbsolute(place)) return pathToFileURL(place).href
  if (/^[a-z][a-z\d+.-]+:/i.test(place) && URL.canParse(place)) return withoutQuery(new URL(place).href)
  throw wrong(`\`moduleUrl\` is '${place}', which says nothing without the file it is written in; pass import.meta.resolve('${place}')`)
}

const wrong = (problem: string): OptionError => new OptionError('registerByValue', [problem])

/** Modules are known by their real path, and packages are often links. */
function withRealPath(url: string): Registration {
  if (!url.startsWith('file:')) return [url]
  const path = fileURLToPath(url)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [...new Set([url, real(path) ?? url])]
  return [...new Set([url, real(path) ?? url].map((folder) => (folder.endsWith('/') ? folder : `${folder}/`)))]
}

function real(path: string): string | undefined {
  try {
    return pathToFileURL(realpathSync(path)).href
  } catch {
    return undefined
  }
}
