/** The entries of a cached function, one by one. */
import { readEntry } from '../codec/entry.js'
import type { Key, Listed } from '../store/store.js'
import type { Memoized } from './memoized.js'
import type { EntryMetadata } from './memory-options.js'
import { metadataOf } from './metadata.js'

/** An entry of a cached function. */
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
  const { store } = memoized.core
  if (store === undefined) return
  const listed: Listed[] = []
  // The whole list first: reading an entry counts as use, which a store may answer with another order.
  for await (const entry of store.list(`${await memoized.id()}/`)) listed.push(entry)
  for (const { key, bytes, usedAtMs } of listed) {
    const metadata = await metadataAt(key, memoized)
    if (metadata !== undefined) yield { key, bytes, usedAtMs, metadata }
  }
}

async function metadataAt(key: Key, { core }: Memoized): Promise<EntryMetadata | undefined> {
  try {
    const bytes = await core.store?.get(key)
    const entry = bytes === undefined ? undefined : await readEntry(bytes, key)
    return entry?.ok === true ? metadataOf(entry.meta) : undefined
  } catch {
    return undefined
  }
}
