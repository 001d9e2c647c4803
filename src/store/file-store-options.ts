/** What a store in files can do beyond any store, and how it is set up. */
import type { Limits, Totals } from './eviction.js'
import type { Watched, Watcher } from './read-file.js'
import type { Key, Release, Store } from './store.js'

/** What the store keeps to by itself, and what is told of things that nobody waits for. */
export interface FileStoreOptions {
  /** Kept in the background, down to nine tenths of them: the least recently used entries go. */
  readonly limits?: Limits
  /** Entries were given up. */
  readonly onEvicted?: (gone: Totals) => void
  /** An entry is there and cannot be read. */
  readonly onCorrupt?: (key: Key, reason: string) => void
  /** Made for each large entry that `peek` reads: what has to be done with all its bytes is done while they are read. */
  readonly watch?: () => Watcher
  /** How long a lock is left to an owner that shows no sign of life and may be alive, in milliseconds; six times that if it is alive. @default 20,000 */
  readonly lockPatienceMs?: number
}

/** A {@link Store} in files. */
export interface FileStore extends Store {
  /** The folder, as an absolute path. */
  readonly location: string
  /** As `get`, but bytes that come at once are gone with the next read: for callers that are done with them before they do anything else. */
  peek(key: Key): Uint8Array | undefined | Promise<Watched | undefined>
  /** As in any store. A lock of the key that is held by way of this store is given back with it: its file may become the entry. */
  put(key: Key, parts: readonly Uint8Array[]): Promise<void>
  lock(key: Key, signal?: AbortSignal, longestMs?: number): Promise<Release | undefined>
  tryLock(key: Key): Release | undefined
  /** What is there now, counted: 200,000 entries take about a second, in slices of 8 ms. */
  stats(): Promise<Totals>
  /** Give up entries, least recently used first, until `limits` are kept. What went. */
  evict(limits: Limits): Promise<Totals>
  /** When no background work of this store is left to be done. */
  settled(): Promise<void>
}
