/** Errors that say that a module cannot be loaded here, as against errors that a module throws while it runs. Worker-safe. */
import { moduleOf } from './module-of.js'
import type { ParcelNode } from './parcel.js'

// Of Node's loaders; a SyntaxError is what they throw for a language that they do not know.
const loaderError =
  /^(MODULE_NOT_FOUND|ERR_(MODULE_NOT_FOUND|UNKNOWN_(FILE_EXTENSION|MODULE_FORMAT|BUILTIN_MODULE)|UNSUPPORTED_\w+|INVALID_(TYPESCRIPT_SYNTAX|MODULE_SPECIFIER|PACKAGE_\w+)|PACKAGE_\w+|REQUIRE_\w+|IMPORT_\w+))$/

const modules = new WeakMap<Error, string>()

/** Note that `error` came up when the module behind `node` was loaded, if it is one of the loader's. */
export function noteUnloadable(error: unknown, node: ParcelNode): void {
  if (!(error instanceof Error)) return
  const { code } = error as { code?: unknown }
  const module = moduleOf(node)
  if (module !== undefined && (error instanceof SyntaxError || (typeof code === 'string' && loaderError.test(code))))
    modules.set(error, module)
}

/** Note that the module behind `node` was loaded and has no such export. */
export function noteMissing(error: Error, node: ParcelNode): void {
  const module = moduleOf(node)
  if (module !== undefined) modules.set(error, module)
}

/**
 * The module that could not be loaded, if that is what `error` says: the sender describes what it exports by value, and sends it again.
 */
export const unloadableModule = (error: unknown): string | undefined => (error instanceof Error ? modules.get(error) : undefined)
