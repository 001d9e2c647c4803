/** What `memory.cache(fn)` gives: a function like `fn`, with ways to look after its results. */
import { identityKey, reduceKey } from '../protocols.js'
import type { Key } from '../store/store.js'
import { type Recall, recallKey } from '../task.js'
import { loadMachinery, type MemoizedBacking } from './backing.js'
import { type Counts, noCounts } from './counts.js'
import type { Entry } from './entries.js'
import type { Memoized, ResolvedCacheOptions } from './memoized.js'
import { backingKey, heldResult, type MemorizedResult, memorizedResult } from './shelve.js'

/**
 * What a function, or a whole `Memory`, came to: the counts are this thread's, `items` and `bytes` are what is in the store.
 *
 * @example
 * ```ts
 * import { Memory, type MemoryStats } from 'joblet'
 *
 * const inWords = ({ hits, misses, items, bytes }: MemoryStats): string =>
 *   `${hits} hits, ${misses} misses; ${items} entries of ${bytes} bytes`
 * const square = Memory({ location: '.cache' }).cache((n: number) => n ** 2)
 * await square(12)
 * console.error(inWords(await square.stats()))
 * ```
 * @category Memory
 */
export interface MemoryStats extends Readonly<Counts> {
  readonly items: number
  readonly bytes: number
}

/**
 * A function whose results are kept: called as the function itself, it gives a promise.
 *
 * @example
 * ```ts
 * import { type CachedFunction, Memory } from 'joblet'
 *
 * const isKnown = <Args extends readonly unknown[]>(fn: CachedFunction<Args, unknown>, ...args: Args) => fn.checkCallInCache(...args)
 * const cube = Memory({ location: '.cache' }).cache((n: number) => n ** 3)
 * await cube(2)
 * console.log(await isKnown(cube, 2)) // true
 * ```
 * @category Memory
 */
export interface CachedFunction<Args extends readonly unknown[], T> {
  (...args: Args): Promise<Awaited<T>>
  /** Whether the result of such a call is there and counts. Nothing runs. */
  checkCallInCache(...args: Args): Promise<boolean>
  /** Make sure that the result is there, and get a reference to it, which travels to workers and reads it on `get()`. */
  callAndShelve(...args: Args): Promise<MemorizedResult<Awaited<T>>>
  /** Run the function whatever is there, and keep what comes of it. */
  call(...args: Args): Promise<Awaited<T>>
  /** Keep `result` as that of a call with `args`. */
  set(args: Args, result: Awaited<T>): Promise<void>
  /** Forget the result of a call. */
  delete(...args: Args): Promise<void>
  /** Forget all results of this function, of every version of it. */
  clear(): Promise<void>
  /** Its entries, of every version of it, in no order. */
  entries(): AsyncIterable<Entry>
  /** What came of its calls, in this thread, and what is in the store. */
  stats(): Promise<MemoryStats>
  /** The function itself. */
  readonly fn: (...args: Args) => T
}

type AnyCached = CachedFunction<readonly unknown[], unknown>

/** What makes a cached function. */
export interface CachedParts {
  readonly fn: (...args: readonly unknown[]) => unknown
  readonly options: ResolvedCacheOptions
  /** What remembers; undefined where nothing is kept: every call goes through, and there is nothing to look after. */
  readonly backing: MemoizedBacking | undefined
  /** How it travels: `[maker, args]`. */
  readonly reduce: () => readonly unknown[]
}

const fnKey = Symbol.for('joblet.cached')

/** The function that `cached` remembers the results of; undefined if it is no cached function. */
export const cachedBy = (cached: object): CachedParts['fn'] | undefined => Reflect.get(cached, fnKey) as CachedParts['fn'] | undefined

/** A function that does what `fn` does, and remembers. */
export function cachedFunction({ fn, options, backing, reduce }: CachedParts): AnyCached {
  const cached = function (this: unknown, ...args: readonly unknown[]): Promise<unknown> {
    if (backing === undefined) return through(fn, this, args)
    const memoized = backing.now
    return memoized === undefined ? backing.ready().then((ready) => ready.answer(this, args)) : memoized.answer(this, args)
  }
  const hidden = {
    [recallKey]: backing === undefined ? undefined : (args: readonly unknown[]) => recall(backing, args),
    [reduceKey]: reduce,
    // The location, the limits and the like say nothing of what it gives.
    [identityKey]: () => [fn, options.version, ...(options.depends ?? [])],
    [backingKey]: backing,
    [fnKey]: fn,
  }
  const methods = backing === undefined ? methodsWithout(fn) : methodsOf(backing)
  Object.defineProperties(cached, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
    ...Object.fromEntries(Object.entries({ ...methods, fn }).map(([name, value]) => [name, { value, writable: true, configurable: true }])),
  })
  for (const key of Reflect.ownKeys(hidden)) Object.defineProperty(cached, key, { value: Reflect.get(hidden, key) as unknown })
  if (backing !== undefined) backing.cached = cached
  return cached as unknown as AnyCached
}

async function through(fn: CachedParts['fn'], self: unknown, args: readonly unknown[]): Promise<unknown> {
  return Reflect.apply(fn, self, args) as unknown
}

function recall(backing: MemoizedBacking, args: readonly unknown[]): ReturnType<Recall> {
  const memoized = backing.now
  return memoized === undefined ? backing.ready().then((ready) => ready.recall(args)) : memoized.recall(args)
}

function methodsOf(backing: MemoizedBacking): Omit<AnyCached, 'fn'> {
  const keyOf = async (memoized: Memoized, args: readonly unknown[]): Promise<Key> => memoized.keyFor(undefined, args)
  const prefixOf = async (memoized: Memoized): Promise<string> => `${await memoized.id()}/`
  return {
    checkCallInCache: async (...args) => {
      const memoized = await backing.ready()
      return memoized.lookup.contains(await keyOf(memoized, args))
    },
    callAndShelve: async (...args) => shelve(backing, await backing.ready(), args),
    call: async (...args) => {
      const memoized = await backing.ready()
      return (await memoized.run(await keyOf(memoized, args), undefined, args)).value
    },
    set: async (args, result) => {
      const memoized = await backing.ready()
      await memoized.set(await keyOf(memoized, args), args, result)
    },
    delete: async (...args) => {
      const memoized = await backing.ready()
      await memoized.core.forget(await keyOf(memoized, args))
    },
    clear: async () => {
      const memoized = await backing.ready()
      await memoized.core.forget(await prefixOf(memoized))
    },
    entries: () => entriesBehind(backing),
    stats: async () => {
      const memoized = await backing.ready()
      return { ...memoized.tally.counts, ...(await memoized.core.totals(await prefixOf(memoized))) }
    },
  }
}

async function* entriesBehind(backing: MemoizedBacking): AsyncGenerator<Entry> {
  const { entriesOf } = await loadMachinery()
  yield* entriesOf(await backing.ready())
}

function methodsWithout(fn: CachedParts['fn']): Omit<AnyCached, 'fn'> {
  return {
    checkCallInCache: async () => false,
    callAndShelve: async (...args) => heldResult(await through(fn, undefined, args)),
    call: (...args) => through(fn, undefined, args),
    set: async () => undefined,
    delete: async () => undefined,
    clear: async () => undefined,
    entries: async function* () {},
    stats: async () => ({ ...noCounts(), items: 0, bytes: 0 }),
  }
}

async function shelve(backing: MemoizedBacking, memoized: Memoized, args: readonly unknown[]): Promise<MemorizedResult<unknown>> {
  const key = await memoized.keyFor(undefined, args)
  const value = await memoized.answerOf(key, undefined, args)
  const meta = await memoized.lookup.metaOf(key)
  const { metadataOf } = await loadMachinery()
  // What could not be kept is held, and travels as values do.
  return meta === undefined ? heldResult(value) : memorizedResult(backing, key, metadataOf(meta))
}
