/** The most recent results, in memory. Nobody outside ever holds what lies here: values are copied in and out. */
import type { LRUCache } from 'lru-cache'
import type { EntryMeta } from '../codec/entry.js'
import { notCopied, snapshot } from '../codec/snapshot.js'
import type { Key } from '../store/store.js'
import { joined } from './joined.js'

/** What is kept of a result: a small value of its own, or the bytes it is decoded from at each hit. */
export type Kept = { readonly savedMs: number; readonly meta: EntryMeta | undefined } & (
  | { readonly value: unknown }
  | { readonly payload: Uint8Array }
)

// Larger results are read from the store, which takes little longer than a copy.
const maxEntryBytes = 1024 ** 2
// A value that is small enough for a snapshot, with its place in the table.
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

  /** Keep a result of which `payload` are the bytes, whole or in parts. */
  set(
    key: Key,
    value: unknown,
    payload: Uint8Array | readonly Uint8Array[],
    about: { readonly savedMs: number; readonly meta: EntryMeta | undefined },
  ): void {
    const entries = this.#entries
    if (entries === undefined) return
    const copy = snapshot(value)
    if (copy !== notCopied && weightOf(copy) <= maxEntryBytes)
      entries.set(key, { ...about, value: copy }, { size: smallBytes + weightOf(copy) })
    else {
      const parts = payload instanceof Uint8Array ? [payload] : payload
      // Weighed first: what is too large is not copied.
      if (parts.reduce((sum, part) => sum + part.byteLength, 0) > maxEntryBytes) return
      const bytes = joined(parts)
      entries.set(key, { ...about, payload: bytes }, { size: bytes.byteLength + smallBytes })
    }
  }

  /** Forget an entry, or all that begin with `prefix`; without one, all. */
  delete(prefix = ''): void {
    if (prefix === '') this.#entries?.clear()
    else if (!prefix.endsWith('/')) this.#entries?.delete(prefix as Key)
    else for (const key of [...(this.#entries?.keys() ?? [])]) if (key.startsWith(prefix)) this.#entries?.delete(key)
  }

  async #load(): Promise<void> {
    const { LRUCache } = await import('lru-cache')
    this.#entries ??= new LRUCache<Key, Kept>({
      maxSize: Math.max(1, Math.floor(this.#maxBytes)),
      maxEntrySize: maxEntryBytes + smallBytes,
    })
  }
}

/** Long texts weigh; all else that has a snapshot is small. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length * 2
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return 0
  const parts = value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.values(value)
  return parts.reduce((sum: number, part) => sum + weightOf(part), 0)
}
