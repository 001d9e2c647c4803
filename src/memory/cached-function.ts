/** What `memory.cache(fn)` gives: a function like `fn`, with ways to look after its results. */
import { reduceKey } from '../function/describe-reduced.js'
import { identityKey } from '../function/function-identity.js'
import type { Key } from '../store/store.js'
import { recallKey } from '../task.js'
import type { Counts } from './core.js'
import { type Entry, entriesOf } from './entries.js'
import type { Memoized } from './memoized.js'
import { metadataOf } from './metadata.js'
import { heldResult, keepMemoized, type MemorizedResult, memorizedResult } from './shelve.js'

/** What a function, or a whole `Memory`, came to: the counts are this thread's, `items` and `bytes` are what is in the store. */
export interface MemoryStats extends Readonly<Counts> {
  readonly items: number
  readonly bytes: number
}

/** A function whose results are kept: called as the function itself, it gives a promise. */
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

/** Dress `memoized` as a function. `reduce` says how it travels. */
export function cachedFunction(memoized: Memoized, reduce: () => readonly unknown[]): AnyCached {
  const cached = function (this: unknown, ...args: readonly unknown[]): Promise<unknown> {
    return memoized.answer(this, args)
  }
  const { fn, options } = memoized
  const hidden = {
    [recallKey]: memoized.core.store === undefined ? undefined : (args: readonly unknown[]) => memoized.recall(args),
    [reduceKey]: reduce,
    // The location, the limits and the like say nothing of what it gives.
    [identityKey]: () => [fn, options.version, ...(options.depends ?? [])],
  }
  Object.defineProperties(cached, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
    ...Object.fromEntries(
      Object.entries({ ...methodsOf(memoized), fn }).map(([name, value]) => [name, { value, writable: true, configurable: true }]),
    ),
  })
  for (const key of Reflect.ownKeys(hidden)) Object.defineProperty(cached, key, { value: Reflect.get(hidden, key) as unknown })
  keepMemoized(cached, memoized)
  return cached as unknown as AnyCached
}

function methodsOf(memoized: Memoized): Omit<AnyCached, 'fn'> {
  const { core } = memoized
  // Without a store every call goes through, and there is nothing to look after.
  const kept = core.store !== undefined
  const keyOf = async (args: readonly unknown[]): Promise<Key> => memoized.keyFor(undefined, args)
  const prefix = async (): Promise<string> => `${await memoized.id()}/`
  return {
    checkCallInCache: async (...args) => kept && memoized.lookup.contains(await keyOf(args)),
    callAndShelve: (...args) => (kept ? shelve(memoized, args) : memoized.answer(undefined, args).then(heldResult)),
    call: async (...args) => (kept ? (await memoized.run(await keyOf(args), undefined, args)).value : memoized.answer(undefined, args)),
    set: async (args, result) => {
      if (kept) await memoized.set(await keyOf(args), args, result)
    },
    delete: async (...args) => {
      if (kept) await core.forget(await keyOf(args))
    },
    clear: async () => {
      if (kept) await core.forget(await prefix())
    },
    entries: () => entriesOf(memoized),
    stats: async () => ({ ...memoized.tally.counts, ...(kept ? await core.totals(await prefix()) : { items: 0, bytes: 0 }) }),
  }
}

async function shelve(memoized: Memoized, args: readonly unknown[]): Promise<MemorizedResult<unknown>> {
  const key = await memoized.keyFor(undefined, args)
  const value = await memoized.answerOf(key, undefined, args)
  const meta = await memoized.lookup.metaOf(key)
  // What could not be kept is held, and travels as values do.
  return meta === undefined ? heldResult(value) : memorizedResult(memoized, key, metadataOf(meta))
}
