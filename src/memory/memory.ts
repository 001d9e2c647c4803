/** `Memory`: results of functions, kept in a folder. */
import { readOptions } from '../options.js'
import { own } from '../own.js'
import type { Limits } from '../store/eviction.js'
import { isTask } from '../task.js'
import { Backing } from './backing.js'
import { type CachedFunction, type CachedParts, cachedBy, cachedFunction, type MemoryStats } from './cached-function.js'
import type { Core, ResolvedMemoryOptions } from './core.js'
import { noCounts } from './counts.js'
import type { ResolvedCacheOptions } from './memoized.js'
import type { CacheOptions, Duration, MemoryOptions, Size } from './memory-options.js'
import { cacheRules, limitRules, memoryRules } from './memory-rules.js'
import type { ShippedVersion } from './version.js'

/**
 * How much `reduceSize` leaves.
 *
 * @example
 * ```ts
 * import { Memory, type SizeLimits } from 'joblet'
 *
 * const overnight: SizeLimits = { bytesLimit: '1G', itemsLimit: 10_000, ageLimit: { weeks: 2 } }
 * const { items, bytes } = await Memory({ location: '.cache' }).reduceSize(overnight)
 * console.error(`${items} entries of ${bytes} bytes are gone`)
 * ```
 * @category Memory
 */
export interface SizeLimits {
  readonly bytesLimit?: Size
  readonly itemsLimit?: number
  /** Entries that were not used for so long go. */
  readonly ageLimit?: Duration
}

/**
 * A cache of results.
 *
 * @example
 * ```ts
 * import { Memory } from 'joblet'
 *
 * const cached = (memory: Memory) => memory.cache((n: number): number => n ** 2)
 * console.log(await cached(Memory({ location: null }))(4)) // 16
 * ```
 * @category Memory
 */
export interface Memory {
  /** The folder; `null` where nothing is kept, undefined for a store of one's own. */
  readonly location: string | null | undefined
  /**
   * A function like `fn` whose results are kept: it runs once for equal arguments, in this program and in all that use the same location, for as
   * long as neither its code nor anything that it reaches changes.
   *
   * @throws {TypeError} If `fn` is no function, or is what `delayed` gives.
   * @throws {OptionError} With every unknown or wrong option.
   */
  cache<Args extends readonly unknown[], T>(
    fn: (...args: Args) => T,
    options?: CacheOptions<Args, Awaited<NoInfer<T>>>,
  ): CachedFunction<Args, T>
  /** Let go of entries until the limits hold, those not used for longest first; what went. */
  reduceSize(limits: SizeLimits): Promise<{ readonly items: number; readonly bytes: number }>
  /** Forget all entries. */
  clear(): Promise<void>
  /** What came of the calls, in this thread, and what is in the store. */
  stats(): Promise<MemoryStats>
}

/**
 * Keeps results of functions in a folder: `memory.cache(fn)` is like `fn`, and computes nothing twice.
 *
 * @param options See {@link MemoryOptions}; a `location` (or `null`) or a `store` must be given.
 * @throws {OptionError} With every unknown or wrong option.
 * @example
 * ```ts
 * import { Memory } from 'joblet'
 *
 * const memory = Memory({ location: '.cache', maxBytes: '2G' })
 * const simulate = memory.cache(async ({ n, seed }: { n: number; seed: number }) => Array.from({ length: n }, (_, i) => i * seed))
 * await simulate({ n: 3, seed: 7 }) // computes
 * console.log(await simulate({ seed: 7, n: 3 })) // [ 0, 7, 14 ]
 * ```
 * @category Memory
 */
export const Memory = own('Memory', (options: MemoryOptions): Memory => memoryOf(readMemoryOptions(options)))

/** Options, and what is made of them; nothing where nothing is kept. */
interface Cache {
  readonly options: ResolvedMemoryOptions
  readonly core: Backing<Core> | undefined
}

function openCache(options: ResolvedMemoryOptions): Cache {
  const place = options.store ?? options.location ?? undefined
  return { options, core: place === undefined ? undefined : new Backing(({ Core }) => new Core(options, place)) }
}

function memoryOf(options: ResolvedMemoryOptions): Memory {
  const cache = openCache(options)
  const { core } = cache
  return {
    location: options.location,
    cache: (fn, how) => cacheWith(cache, fn as never, how as CacheOptions | undefined) as never,
    reduceSize: async (given) => {
      const limits = readLimits(given)
      const opened = await core?.ready()
      opened?.layer.delete()
      return opened?.evict(limits) ?? { items: 0, bytes: 0 }
    },
    clear: async () => (await core?.ready())?.forget(),
    stats: async () => {
      const opened = await core?.ready()
      return opened === undefined ? { ...noCounts(), items: 0, bytes: 0 } : { ...opened.counts, ...(await opened.totals()) }
    },
  }
}

type Fn = CachedParts['fn']

function cacheWith(cache: Cache, given: unknown, options: CacheOptions | undefined): object {
  if (typeof given !== 'function') throw notAFunction(given)
  if (isDelayed(given)) throw wrongWayRound()
  // What was cached before is cached anew, from the function itself.
  const fn = cachedBy(given) ?? (given as Fn)
  const { ignore, key, expiresAfter, validate, version, depends, name, shouldCache } = readOptions('memory.cache', cacheRules, options)
  return make(cache, fn, { ignore, key, expiresAfter, validate, version, depends, name, shouldCache } as ResolvedCacheOptions, undefined)
}

function make({ options, core }: Cache, fn: Fn, how: ResolvedCacheOptions, shipped: ShippedVersion | undefined): object {
  const backing = core && new Backing(({ Memoized }) => new Memoized(core.now as Core, fn, how, shipped))
  const { onEvent: _, ...travelling } = options
  const reduce = () => [reviveCached, [travelling, fn, how, backing?.now?.shipped()]]
  return cachedFunction({ fn, options: how, backing, reduce })
}

const revived = new Map<string, Cache>()

/** A cached function that has travelled: functions that share a folder and options share all else too, as they did where they came from. */
const reviveCached = own(
  'memory.cached',
  (options: Omit<ResolvedMemoryOptions, 'onEvent'>, fn: Fn, how: ResolvedCacheOptions, shipped: ShippedVersion | undefined) =>
    make(cacheFor({ ...options, onEvent: undefined }), fn, how, shipped),
)

function cacheFor(options: ResolvedMemoryOptions): Cache {
  if (options.store !== undefined) return openCache(options)
  const key = JSON.stringify(options)
  let cache = revived.get(key)
  if (cache === undefined) revived.set(key, (cache = openCache(options)))
  return cache
}

function readMemoryOptions(given: MemoryOptions): ResolvedMemoryOptions {
  const read = readOptions('Memory', memoryRules, given ?? {}, ({ location, store }) => {
    if (location === undefined && store === undefined) return ['give a `location` (a folder, or null to keep nothing) or a `store`']
    return location !== undefined && store !== undefined ? ['`location` and `store` exclude each other'] : []
  })
  const { maxBytes, maxItems, maxAge, inMemory, compress } = read
  return {
    location: read.location,
    store: read.store,
    limits: limitsOf({ maxBytes, maxItems, olderThanMs: maxAge }),
    inMemoryBytes: inMemory === false ? 0 : inMemory.maxBytes,
    compress: compress === false ? undefined : compress,
    codec: read.codec,
    mode: read.mode,
    onEvent: read.onEvent,
  }
}

function readLimits(given: SizeLimits): Limits {
  const { bytesLimit, itemsLimit, ageLimit } = readOptions('memory.reduceSize', limitRules, given)
  return limitsOf({ maxBytes: bytesLimit, maxItems: itemsLimit, olderThanMs: ageLimit })
}

const limitsOf = (limits: { readonly [K in keyof Limits]: Limits[K] | undefined }): Limits =>
  Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined))

const notAFunction = (given: unknown): TypeError =>
  isTask(given)
    ? wrongWayRound()
    : new TypeError(`cannot cache ${String(given)}: it is no function; write memory.cache(fn)(...args), not memory.cache(fn(...args))`)

const wrongWayRound = (): TypeError =>
  new TypeError(
    'cannot cache what delayed(fn) gives: that makes tasks, not results; write it the other way round: delayed(memory.cache(fn))(...args)',
  )

/** Marked by `delayed`, which this layer does not know. */
const isDelayed = (fn: object): boolean => Reflect.get(fn, Symbol.for('joblet.delayed')) === true
