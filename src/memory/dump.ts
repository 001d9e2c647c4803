/** `dump` and `load`: a value in a file of its own. */
import type { Compression } from '../codec/compression.js'
import { loading } from '../loading.js'

/**
 * How {@link dump} writes.
 *
 * @example
 * ```ts
 * import { type DumpOptions, dump } from 'joblet'
 *
 * const small: DumpOptions = { compress: { method: 'brotli', level: 9 } }
 * await dump({ names: ['Ada', 'Grace'] }, 'names.joblet', small)
 * ```
 * @category Hash and files
 */
export interface DumpOptions {
  /** `true` (gzip), a method, or a method and its level. @default false */
  readonly compress?: boolean | Compression
}

/**
 * Write a value to a file, whole or not at all. It holds data only, and {@link load} runs nothing of it.
 *
 * It keeps what travels between workers, but functions: primitives, plain objects and arrays, Map, Set, Date, RegExp, URL, errors, Buffer,
 * typed arrays (raw, as they lie in memory), cycles and shared parts, and instances of classes that {@link registerClass} gave a name.
 *
 * @param path A path or a file URL. The folder must be there; a file that is there is replaced.
 * @param options.compress 8 MB of numbers take 10 ms without, and some 0.3 s with gzip.
 * @throws {CodecError} If the value holds a function or an instance of a class that was not registered; the message names the path to it.
 * @throws {OptionError} If Node does not have the method, or the method not that level.
 * @example
 * ```ts
 * import { dump } from 'joblet'
 *
 * await dump({ weights: new Float32Array(1e5), at: new Date() }, 'model.joblet', { compress: 'gzip' })
 * ```
 * @category Hash and files
 */
export async function dump(value: unknown, path: string | URL, options: DumpOptions = {}): Promise<void> {
  const { dumpTo } = await loading(() => import('./dump-file.js'))
  await dumpTo(value, path, options)
}

/**
 * Read a value that {@link dump} wrote.
 *
 * @typeParam T What it is; nobody checks.
 * @throws {CodecError} If the file is no dump, is damaged, or is from a newer joblet; or if it holds an instance of a class that is not registered here.
 * @throws {Error} What the file system says, if there is no such file.
 * @example
 * ```ts
 * import { dump, load } from 'joblet'
 *
 * await dump(new Map([['pi', new Float64Array([3.14])]]), 'table.joblet')
 * const table = await load<Map<string, Float64Array>>('table.joblet')
 * console.log(table.get('pi')) // Float64Array(1) [ 3.14 ]
 * ```
 * @category Hash and files
 */
export async function load<T = unknown>(path: string | URL): Promise<T> {
  const { loadFrom } = await loading(() => import('./dump-file.js'))
  return (await loadFrom(path)) as T
}
