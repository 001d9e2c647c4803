/** The entries of a cached function, one by one. */
import type { Listed } from '../store/store.js'
import type { Memoized } from './memoized.js'
import type { EntryMetadata } from './memory-options.js'
import { metadataOf } from './metadata.js'

/**
 * An entry of a cached function.
 *
 * @example
 * ```ts
 * import { type Entry, Memory } from 'joblet'
 *
 * const inWords = ({ metadata, bytes }: Entry): string => `${metadata.name}(${metadata.args}): ${bytes} bytes`
 * const area = (width: number, height: number): number => width * height
 * const kept = Memory({ location: '.cache' }).cache(area)
 * await kept(2, 3)
 * for await (const entry of kept.entries()) console.error(inWords(entry)) // area(2, 3): 243 bytes
 * ```
 * @category Memory
 */
export interface Entry {
  readonly key: string
  /** What it weighs in the store, in bytes. */
  readonly bytes: number
  /** When it was last read or written, in milliseconds since 1970. */
  readonly usedAtMs: number
  readonly metadata: EntryMetadata
}

/** Entries of all versions of the function, in no order; what is damaged is left out. */
export async function* entriesOf(memoized: Memoized): AsyncGenerator<Entry> {
  const { core, lookup } = memoized
  const listed: Listed[] = []
  // The whole list first: reading an entry counts as use, which a store may answer with another order.
  for await (const entry of core.store.list(`${await memoized.id()}/`)) listed.push(entry)
  for (const { key, bytes, usedAtMs } of listed) {
    const meta = await lookup.storedMetaOf(key)
    if (meta !== undefined) yield { key, bytes, usedAtMs, metadata: metadataOf(meta) }
  }
}
