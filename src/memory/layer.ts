/** The most recent results, in memory. Nobody outside ever holds what lies here: values are copied in and out. */
import type { LRUCache } from 'lru-cache'
import type { EntryMeta } from '../codec/entry.js'
import { notCopied, snapshot } from '../codec/snapshot.js'
import { loading } from '../loading.js'
import type { Key } from '../store/store.js'
import { duplicate } from './duplicate.js'

/** What is kept of a result: a small value of its own, or the bytes it is decoded from at each hit. */
export type Kept = { readonly savedMs: number; readonly meta: EntryMeta | undefined } & (
  | { readonly value: unknown }
  | { readonly payload: Uint8Array }
)

/** A result as bytes, and what they weigh: most are never asked for. */
export interface Encoded {
  readonly payloadBytes: number
  copyPayload(): Uint8Array
}

/** What is known of a result beside its value. */
export interface About {
  readonly savedMs: number
  readonly meta: EntryMeta | undefined
  /** Whether it is known to be a small value as `snapshot` makes them. */
  readonly isPlain?: boolean
}

// Larger results are read from the store, which takes little longer than a copy.
const maxEntryBytes = 1024 ** 2
// The place of an entry in the table, its key, and the smallest value.
const smallBytes = 512

export class Layer {
  readonly #maxBytes: number
  #entries: LRUCache<Key, Kept> | undefined
  #loading: Promise<void> | undefined

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Resolves when results are kept; loading lru-cache takes 3 to 8 ms. */
  ready(): Promise<void> | undefined {
    if (this.#entries !== undefined || this.#maxBytes === 0) return undefined
    return (this.#loading ??= this.#load())
  }

  get(key: Key): Kept | undefined {
    return this.#entries?.get(key)
  }

  /** Keep a result, of which these are the bytes. */
  set(key: Key, value: unknown, encoded: Encoded, { savedMs, meta, isPlain = false }: About): void {
    const entries = this.#entries
    if (entries === undefined) return
    // What it weighs as bytes, it weighs in memory, or nearly; what is too large is not copied.
    const bytes = encoded.payloadBytes
    if (bytes > maxEntryBytes) return
    const copy = isPlain ? duplicate(value) : snapshot(value)
    const kept: Kept = copy === notCopied ? { savedMs, meta, payload: encoded.copyPayload() } : { savedMs, meta, value: copy }
    entries.set(key, kept, { size: smallBytes + bytes })
  }

  /** Forget an entry, or all that begin with `prefix`; without one, all. */
  delete(prefix = ''): void {
    if (prefix === '') this.#entries?.clear()
    else if (!prefix.endsWith('/')) this.#entries?.delete(prefix as Key)
    else for (const key of [...(this.#entries?.keys() ?? [])]) if (key.startsWith(prefix)) this.#entries?.delete(key)
  }

  async #load(): Promise<void> {
    const { LRUCache } = await loading(() => import('lru-cache'))
    this.#entries ??= new LRUCache<Key, Kept>({
      maxSize: Math.max(1, Math.floor(this.#maxBytes)),
      maxEntrySize: maxEntryBytes + smallBytes,
    })
  }
}
