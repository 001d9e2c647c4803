/** What the functions of one `Memory` share: its store, its layer, what is under way, and the count of it all. */
import type { Compression } from '../codec/compression.js'
import { EntrySum } from '../codec/entry-sum.js'
import type { MemoryEvent } from '../events.js'
import type { Limits, Totals } from '../store/eviction.js'
import { type FileStore, fileStore } from '../store/file-store.js'
import type { Key, Store } from '../store/store.js'
import { queueMicrotask } from '../timers.js'
import { type Counts, noCounts } from './counts.js'
import { Flights } from './flights.js'
import { Keeper } from './keeper.js'
import { Layer } from './layer.js'

/** Options of a `Memory`, checked, with defaults filled in. */
export interface ResolvedMemoryOptions {
  readonly location: string | null | undefined
  readonly store: Store | undefined
  readonly limits: Limits
  /** 0: none. */
  readonly inMemoryBytes: number
  readonly compress: Compression | undefined
  readonly codec: 'v8' | 'json'
  readonly mode: 'readwrite' | 'readonly' | 'refresh'
  readonly onEvent: ((event: MemoryEvent) => void) | undefined
}

/** What a computation came to: the value for who asked first, copies for all others. */
export interface Settled {
  readonly value: unknown
  readonly copy: () => unknown
  /** The arguments had changed by the time it ran: it is the result of another call. */
  readonly isOther?: true
}

export class Core {
  readonly options: ResolvedMemoryOptions
  readonly store: Store
  readonly layer: Layer
  readonly flights: Flights<Settled>
  readonly counts: Counts = noCounts()
  readonly #files: FileStore | undefined
  readonly #keeper: Keeper | undefined

  /** @param place A folder, or a store of the user's own. */
  constructor(options: ResolvedMemoryOptions, place: string | Store) {
    const isFolder = typeof place === 'string'
    this.options = options
    this.#files = isFolder ? this.#openFolder(place) : undefined
    this.store = this.#files ?? (place as Store)
    this.flights = new Flights(place)
    this.layer = new Layer(options.inMemoryBytes)
    this.#keeper = isFolder ? undefined : new Keeper(place, options.limits, (gone) => this.#evicted(gone))
  }

  /** Tell what happened. A listener that throws is its owner's affair, never that of the call. */
  emit(event: MemoryEvent): void {
    const { onEvent } = this.options
    if (onEvent === undefined) return
    try {
      onEvent(event)
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }

  /** The bytes of an entry. Those that come at once are gone with the next read. */
  peek(key: Key): ReturnType<Store['get']> | ReturnType<FileStore['peek']> {
    return this.#files === undefined ? this.store.get(key) : this.#files.peek(key)
  }

  /** An entry was written to a store that keeps no limits by itself. */
  written(bytes: number): void {
    this.#keeper?.written(bytes)
  }

  /** Forget an entry, or all whose keys begin with a prefix that ends in `/`; without a key, all. */
  async forget(key?: string): Promise<void> {
    this.layer.delete(key)
    await this.store.delete(key)
  }

  /** Keep to `limits` now; what went. */
  async evict(limits: Limits): Promise<Totals> {
    return isFileStore(this.store) ? this.store.evict(limits) : new Keeper(this.store, limits, (gone) => this.#evicted(gone)).evict(limits)
  }

  /** What is in the store. */
  async totals(prefix?: string): Promise<Totals> {
    if (prefix === undefined && isFileStore(this.store)) return this.store.stats()
    let [items, bytes] = [0, 0]
    for await (const entry of this.store.list(prefix)) {
      items += 1
      bytes += entry.bytes
    }
    return { items, bytes }
  }

  #openFolder(location: string): FileStore {
    return fileStore(location, {
      limits: this.options.limits,
      watch: () => new EntrySum(),
      onEvicted: (gone) => this.#evicted(gone),
      onCorrupt: (key, reason) => this.emit({ type: 'corrupt', key, reason }),
    })
  }

  #evicted({ items, bytes }: Totals): void {
    if (items > 0) this.emit({ type: 'evicted', items, bytes })
  }
}

const isFileStore = (store: Store): store is FileStore => 'evict' in store && 'stats' in store
