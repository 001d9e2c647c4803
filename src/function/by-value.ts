/** Modules whose functions travel by value although they could be imported, as cloudpickle's `register_pickle_by_value` has it. Worker-safe. */
import { isEntry, withoutQuery } from './entry.js'

const prefixes = new Set<string>()

/**
 * Send the functions of a module with the state that the module has here, instead of importing it anew in the worker.
 *
 * @param moduleUrl URL of the module, or of a folder (with a `/` at its end) for all modules below it.
 * @returns A function that takes it back.
 * @example
 * registerByValue(new URL('./settings.js', import.meta.url).href)
 */
export function registerByValue(moduleUrl: string): () => void {
  prefixes.add(moduleUrl)
  return () => void prefixes.delete(moduleUrl)
}

/** Whether what `url` exports must not travel by reference. */
export function mustTravelByValue(url: string): boolean {
  if (isEntry(url)) return true
  if (prefixes.size === 0) return false
  const bare = withoutQuery(url)
  return [...prefixes].some((prefix) => bare === prefix || (prefix.endsWith('/') && bare.startsWith(prefix)))
}
