/** What a `Memory` and a cached function may be told. */
import type { Compression } from '../codec/compression.js'
import type { MemoryEvent } from '../events.js'
import type { Store } from '../store/store.js'

/**
 * A length of time: milliseconds, or by units that add up.
 *
 * @example
 * ```ts
 * import { type Duration, Memory } from 'joblet'
 *
 * const aDayAndAHalf: Duration = { days: 1, hours: 12 }
 * const rate = Memory({ location: '.cache' }).cache((day: string) => day.length, { expiresAfter: aDayAndAHalf })
 * ```
 * @category Memory
 */
export type Duration =
  | number
  | {
      readonly weeks?: number
      readonly days?: number
      readonly hours?: number
      readonly minutes?: number
      readonly seconds?: number
      readonly milliseconds?: number
    }

/**
 * A number of bytes, or a text such as `'64M'` or `'2G'`: K, M, G, T are powers of 1024.
 *
 * @example
 * ```ts
 * import { Memory, type Size } from 'joblet'
 *
 * const limit: Size = process.env['CACHE_LIMIT'] ?? '2G'
 * const memory = Memory({ location: '.cache', maxBytes: limit })
 * ```
 * @category Memory
 */
export type Size = number | string

/**
 * Options of `Memory`.
 *
 * @example
 * ```ts
 * import { Memory, type MemoryOptions } from 'joblet'
 *
 * const options: MemoryOptions = { location: '.cache', maxBytes: '2G', maxAge: { days: 30 }, compress: true }
 * const square = Memory(options).cache((n: number) => n ** 2)
 * console.log(await square(5)) // 25
 * ```
 * @category Memory
 */
export interface MemoryOptions {
  /** The folder that holds the entries, as a path or a `file:` URL; `null`: nothing is kept, all calls go through. */
  readonly location?: string | URL | null
  /** A place of one's own for the entries, instead of a folder. */
  readonly store?: Store
  /** Entries weigh no more than this, together: those not used for longest go. @default no limit */
  readonly maxBytes?: Size
  /** No more entries than this. @default no limit */
  readonly maxItems?: number
  /** Entries that were not used for so long go. @default no limit */
  readonly maxAge?: Duration
  /** The most recent results, up to 1 MB each, stay in memory: up to `maxBytes` together, or none. @default 64 MB */
  readonly inMemory?: boolean | { readonly maxBytes?: Size }
  /** Pack entries; `true` is gzip. Levels: 0 to 9 for gzip, 0 to 11 for brotli, 1 to 22 for zstd. @default false */
  readonly compress?: boolean | Compression
  /** `'v8'`: fast, all that structured clone knows. `'json'`: text that other programs can read. @default 'v8' */
  readonly codec?: 'v8' | 'json'
  /** `'readonly'` writes nothing; `'refresh'` computes every call anew and keeps what comes of it. @default 'readwrite' */
  readonly mode?: 'readwrite' | 'readonly' | 'refresh'
  /** Hears what happens, in this thread. */
  readonly onEvent?: (event: MemoryEvent) => void
}

/**
 * What an entry tells of the call it is the result of.
 *
 * @example
 * ```ts
 * import { type EntryMetadata, Memory } from 'joblet'
 *
 * const isOfToday = ({ createdAtMs }: EntryMetadata): boolean => new Date(createdAtMs).toDateString() === new Date().toDateString()
 * const rate = Memory({ location: '.cache' }).cache((currency: string) => currency.length, { validate: isOfToday })
 * ```
 * @category Memory
 */
export interface EntryMetadata {
  /** The function's name. */
  readonly name: string
  /** When the call ended, in milliseconds since 1970. */
  readonly createdAtMs: number
  /** How long it took. */
  readonly durationMs: number
  /** The arguments as people read them, at most 200 characters. */
  readonly args: string
}

/**
 * Options of `memory.cache(fn, options)`.
 *
 * @example
 * ```ts
 * import { type CacheOptions, Memory } from 'joblet'
 *
 * const options: CacheOptions = { ignore: ['verbose'], expiresAfter: { hours: 1 }, name: 'lookUp' }
 * const lookUp = Memory({ location: '.cache' }).cache((word: string, verbose: boolean) => word.length, options)
 * await lookUp('tree', true)
 * console.log(await lookUp.checkCallInCache('tree', false)) // true
 * ```
 * @category Memory
 */
export interface CacheOptions<Args extends readonly unknown[] = readonly unknown[], T = unknown> {
  /** Parameters that do not count: by name (`'verbose'`), by position (from 0), or a part of one (`'options.debug'`); `'this'` too. */
  readonly ignore?: readonly (string | number)[]
  /** What counts instead of the arguments. */
  readonly key?: (...args: Args) => unknown
  /** How long a result counts. @default for ever */
  readonly expiresAfter?: Duration
  /** Whether a result that is there still counts. */
  readonly validate?: (metadata: EntryMetadata) => boolean | Promise<boolean>
  /** Counts as part of the function: another version, other results. */
  readonly version?: string | number
  /** What the result depends on besides what the function reaches: functions, by their fingerprints, and values. */
  readonly depends?: readonly unknown[]
  /** A name for the function that outlives its renaming or moving. @default its module's path and its own name */
  readonly name?: string
  /** Whether a result is worth keeping. */
  readonly shouldCache?: (result: T, call: { readonly durationMs: number }) => boolean
}
