/** Modules whose functions travel by value although they could be imported, as cloudpickle's `register_pickle_by_value` has it. Worker-safe. */
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { own } from '../own.js'
import { isEntry, withoutQuery } from './entry.js'

const prefixes = new Set<string>()
const unloadable = new Set<string>()

/**
 * Send the functions of a module with the state that the module has here, instead of importing it anew in the worker.
 *
 * @param moduleUrl URL or path of the module, or of a folder (with a `/` at its end) for all modules below it.
 * @returns A function that takes it back.
 * @example
 * registerByValue(new URL('./settings.js', import.meta.url).href)
 */
export const registerByValue = own('registerByValue', (moduleUrl: string | URL): (() => void) => {
  const prefix = urlOf(String(moduleUrl))
  prefixes.add(prefix)
  return () => void prefixes.delete(prefix)
})

/** A worker could not load `module` (its URL, or the name it is imported by): from now on, what it exports travels by value. */
export function sendByValue(module: string): void {
  unloadable.add(withoutQuery(module))
}

/** Whether what `url` exports must not travel by reference. */
export const mustTravelByValue = (url: string): boolean => isEntry(url) || isRegistered(url)

/** Whether any module is registered at all: asked before anything that costs. */
export const isAnyRegistered = (): boolean => prefixes.size > 0 || unloadable.size > 0

function isRegistered(url: string): boolean {
  if (!isAnyRegistered()) return false
  const bare = withoutQuery(url)
  return unloadable.has(bare) || [...prefixes].some((prefix) => bare === prefix || (prefix.endsWith('/') && bare.startsWith(prefix)))
}

function urlOf(place: string): string {
  if (!isAbsolute(place)) return withoutQuery(place)
  const { href } = pathToFileURL(place)
  return place.endsWith('/') && !href.endsWith('/') ? `${href}/` : href
}
