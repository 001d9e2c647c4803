/** References to results: they travel to workers as a few hundred bytes, and read the result where it is needed. */

import { StoreError } from '../errors.js'
import { own } from '../own.js'
import { reduceKey } from '../protocols.js'
import type { Key } from '../store/store.js'
import type { MemoizedBacking } from './backing.js'
import type { EntryMetadata } from './memory-options.js'

/**
 * A result that lies in a cache.
 *
 * @example
 * ```ts
 * import { delayed, type MemorizedResult, Memory, Parallel } from 'joblet'
 *
 * const table = Memory({ location: '.cache' }).cache((rows: number) => new Float64Array(rows).fill(0.5))
 * const sum = async (rows: MemorizedResult<Float64Array>) => (await rows.get()).reduce((all, x) => all + x, 0)
 * console.log(await Parallel({ nJobs: 2 })([delayed(sum)(await table.callAndShelve(1_000))])) // [ 500 ]
 * ```
 * @category Memory
 */
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

/** Gives what is behind a cached function; a reference travels with the function, whose classes the result may need. */
export const backingKey = Symbol.for('joblet.memoized')

/** What is behind a cached function; undefined for any other. */
export const backingOf = (cached: object): MemoizedBacking | undefined => Reflect.get(cached, backingKey) as MemoizedBacking | undefined

/** A reference to the result under `key`. */
export function memorizedResult(backing: MemoizedBacking, key: Key, metadata: EntryMetadata): MemorizedResult<unknown> {
  return reducible(
    {
      key,
      metadata,
      get: () => readResult(backing, key),
      clear: async () => (await backing.ready()).core.forget(key),
    },
    () => [reviveShelved, [backing.cached, key, metadata]],
  )
}

/** A result that is not in a store, in the form of those that are. */
export function heldResult(value: unknown): MemorizedResult<unknown> {
  return reducible({ key: undefined, metadata: undefined, get: async () => value, clear: async () => undefined }, () => [
    heldShelved,
    [value],
  ])
}

async function readResult(backing: MemoizedBacking, key: Key): Promise<unknown> {
  const memoized = await backing.ready()
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
  return memorizedResult(backingOf(cached) as MemoizedBacking, key, metadata)
})

const heldShelved = own('memory.held', heldResult)
