/** Errors that say that a module cannot be loaded here, as against errors that a module throws while it runs. Worker-safe. */
import { fileURLToPath } from 'node:url'
import { ShippingError } from '../../errors.js'
import type { ParcelNode } from '../parcel/parcel.js'
import { moduleOf } from './module-of.js'

const loaderError =
  /^(MODULE_NOT_FOUND|ERR_(MODULE_NOT_FOUND|UNKNOWN_(FILE_EXTENSION|MODULE_FORMAT|BUILTIN_MODULE)|UNSUPPORTED_\w+|INVALID_(TYPESCRIPT_SYNTAX|MODULE_SPECIFIER|PACKAGE_\w+)|PACKAGE_\w+|REQUIRE_\w+|IMPORT_\w+))$/

const modules = new WeakMap<Error, string>()

/** Note that `error` came up when the module behind `node` was loaded, if it is one of the loader's. */
export function noteUnloadable(error: unknown, node: ParcelNode): void {
  const module = moduleOf(node)
  if (module !== undefined && error instanceof Error && (isLoaders(error) || isAboutFile(error, module))) modules.set(error, module)
}

/** Note that the module behind `node` was loaded and has no such export. */
export function noteMissing(error: Error, node: ParcelNode): void {
  const module = moduleOf(node)
  if (module !== undefined) modules.set(error, module)
}

/**
 * The module that could not be loaded, if that is what `error` says: the sender describes what it exports by value, and sends it again.
 *
 * What a module throws while it runs is none of these. It was loaded, it refuses to work here, and its author says why: by value, its functions
 * would run in a place for which they were not made.
 */
export const unloadableModule = (error: unknown): string | undefined => (error instanceof Error ? modules.get(error) : undefined)

/** Why a receiver could not load what it was sent by name. */
export interface Unloadable {
  readonly module: string
  /** What the loader said. */
  readonly why: string
}

/** What travels neither by name nor, as `cause` says, by value. */
export function neitherWay(what: string, { module, why }: Unloadable, cause: unknown): ShippingError {
  const reason = cause instanceof Error ? cause.message.replace(/^cannot send /, '') : String(cause)
  return new ShippingError(`cannot send ${what} by name: a worker could not load ${module} (${why}); nor by value: ${reason}`, { cause })
}

function isLoaders(error: Error): boolean {
  if (error instanceof SyntaxError) return isCompilers(error)
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && loaderError.test(code)
}

/** A language that Node does not know is a SyntaxError, thrown by the loader; `JSON.parse` in a module's text throws one too, from there. */
function isCompilers({ stack = '' }: Error): boolean {
  const thrower = stack.split('\n').find((line) => line.startsWith('    at '))
  return thrower !== undefined && /node:internal\/(modules|vm)\b/.test(thrower)
}

/** The module's own file cannot be read. */
function isAboutFile(error: Error, module: string): boolean {
  const { path, resource } = error as { path?: unknown; resource?: unknown }
  const file = module.startsWith('file:') ? fileURLToPath(module) : undefined
  return file !== undefined && (path === file || resource === file)
}
