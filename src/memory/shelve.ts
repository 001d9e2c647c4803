/** References to results: they travel to workers as a few hundred bytes, and read the result where it is needed. */

import { StoreError } from '../errors.js'
import { reduceKey } from '../function/describe-reduced.js'
import { own } from '../own.js'
import type { Key } from '../store/store.js'
import type { Memoized } from './memoized.js'
import type { EntryMetadata } from './memory-options.js'

/** A result that lies in a cache. */
export interface MemorizedResult<T> {
  /**
   * The result, read anew each time.
   *
   * @throws {StoreError} If it is not there any more, or damaged.
   */
  get(): Promise<T>
  /** Forget it. */
  clear(): Promise<void>
  /** Its key; undefined for a result that could not be kept, which this holds itself. */
  readonly key: string | undefined
  /** What the entry tells of the call. */
  readonly metadata: EntryMetadata | undefined
}

/** Gives the memoized function behind a cached one; a reference travels with the function, whose classes the result may need. */
const memoizedKey = Symbol.for('joblet.memoized')

/** A reference to the result under `key`. */
export function memorizedResult(memoized: Memoized, key: Key, metadata: EntryMetadata): MemorizedResult<unknown> {
  return reducible(
    {
      key,
      metadata,
      get: () => readResult(memoized, key),
      clear: () => memoized.core.forget(key),
    },
    () => [reviveShelved, [memoized.cached, key, metadata]],
  )
}

/** A result that is not in a store, in the form of those that are. */
export function heldResult(value: unknown): MemorizedResult<unknown> {
  return reducible({ key: undefined, metadata: undefined, get: async () => value, clear: async () => undefined }, () => [
    heldShelved,
    [value],
  ])
}

async function readResult(memoized: Memoized, key: Key): Promise<unknown> {
  const found = await memoized.lookup.find(key)
  if (found === undefined)
    throw new StoreError(
      `cannot get a result of ${memoized.tally.name || 'a cached function'}: its entry is not in the cache any more, or is damaged; call the function again`,
    )
  return found.value
}

function reducible(result: MemorizedResult<unknown>, reduce: () => readonly unknown[]): MemorizedResult<unknown> {
  return Object.freeze(Object.defineProperty(result, reduceKey, { value: reduce }))
}

/** A reference that has travelled. */
const reviveShelved = own('memory.shelved', (cached: object, key: Key, metadata: EntryMetadata): MemorizedResult<unknown> => {
  return memorizedResult(memoizedOf(cached) as Memoized, key, metadata)
})

const heldShelved = own('memory.held', heldResult)

/** Let references and `memory.cache` find what is behind a cached function. */
export const keepMemoized = (cached: object, memoized: Memoized): void => {
  memoized.cached = cached
  Object.defineProperty(cached, memoizedKey, { value: memoized })
}

/** What is behind a cached function. */
export const memoizedOf = (cached: object): Memoized | undefined => Reflect.get(cached, memoizedKey) as Memoized | undefined
