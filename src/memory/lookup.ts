/** Looks for results: in memory first, then in the store. What is small is answered at once; nothing that goes wrong with a store is ever thrown. */
import { type EntryMeta, type ReadEntry, readEntry, type WholeEntry } from '../codec/entry.js'
import { EntrySum } from '../codec/entry-sum.js'
import type { Watched } from '../store/read-file.js'
import type { Key } from '../store/store.js'
import type { Recalled } from '../task.js'
import type { Core } from './core.js'
import { duplicate } from './duplicate.js'
import type { Kept } from './layer.js'
import type { ResolvedCacheOptions } from './memoized.js'
import { metadataOf } from './metadata.js'
import { decodeResult, durationIn, isText } from './result.js'
import type { Tally } from './tally.js'
import type { Version } from './version.js'

/** What was found. */
export type Found = Recalled | undefined

/** What a lookup works with. */
export interface LookupTools {
  readonly core: Core
  readonly version: Version
  readonly options: ResolvedCacheOptions
  readonly tally: Tally
}

export class Lookup {
  readonly #core: Core
  readonly #version: Version
  readonly #options: ResolvedCacheOptions
  readonly #tally: Tally
  /** Whether what is there has to be asked whether it still counts. */
  readonly #checks: boolean

  constructor({ core, version, options, tally }: LookupTools) {
    this.#core = core
    this.#version = version
    this.#options = options
    this.#tally = tally
    this.#checks = options.expiresAfter !== undefined || options.validate !== undefined
  }

  /**
   * What is there for a key, if it counts. Throws or rejects only with what the user's `validate` does.
   *
   * @param quietly Whether it is the second look: what is wrong with an entry has been told.
   */
  find(key: Key, quietly = false): Found | Promise<Found> {
    const kept = this.#core.layer.get(key)
    if (kept === undefined) return this.#read(key, quietly)
    if (!this.#checks) return this.#recent(key, kept)
    const fresh = this.#isFresh(kept.meta ?? {})
    if (fresh instanceof Promise) return fresh.then((yes) => (yes ? this.#recent(key, kept) : this.#read(key, quietly)))
    return fresh ? this.#recent(key, kept) : this.#read(key, quietly)
  }

  /** Whether a result is there and counts. Nothing is told of it, nothing is decoded. */
  async contains(key: Key): Promise<boolean> {
    const meta = await this.metaOf(key)
    return meta !== undefined && (!this.#checks || this.#isFresh(meta))
  }

  /** What an entry tells; undefined if it is not there or is damaged. */
  async metaOf(key: Key): Promise<EntryMeta | undefined> {
    return this.#core.layer.get(key)?.meta ?? this.storedMetaOf(key)
  }

  /** The same, of what lies in the store. */
  async storedMetaOf(key: Key): Promise<EntryMeta | undefined> {
    try {
      const bytes = await this.#core.store.get(key)
      const entry = bytes === undefined ? undefined : await readEntry(bytes, key)
      return entry?.ok === true ? entry.meta : undefined
    } catch {
      return undefined
    }
  }

  #recent(key: Key, kept: Kept): Found {
    const value =
      'value' in kept ? duplicate(kept.value) : decodeResult(kept.payload.slice(), 0, this.#core.options.codec, this.#version.classes())
    this.#tally.hit(key, 'memory', kept.savedMs)
    return { value }
  }

  #read(key: Key, quietly: boolean): Found | Promise<Found> {
    let read: ReturnType<Core['peek']>
    try {
      // Who is asked whether an entry counts may take his time.
      read = this.#checks ? this.#core.store.get(key) : this.#core.peek(key)
    } catch {
      return undefined // the store failed: as good as empty
    }
    if (read === undefined) return undefined
    if (!(read instanceof Promise)) return this.#entry(key, read, quietly)
    const given: Promise<Uint8Array | Watched | undefined> = read
    return given.catch(() => undefined).then((later) => (later === undefined ? undefined : this.#large(key, later, quietly)))
  }

  #large(key: Key, read: Uint8Array | Watched, quietly: boolean): Found | Promise<Found> {
    if (ArrayBuffer.isView(read)) return this.#entry(key, read, quietly)
    const { bytes, watcher } = read
    return this.#entry(key, bytes, quietly, watcher instanceof EntrySum ? watcher : undefined)
  }

  // Four parameters: an object for them would be made for each hit.
  #entry(key: Key, bytes: Uint8Array, quietly: boolean, sum?: EntrySum): Found | Promise<Found> {
    const entry = readEntry(bytes, key, sum)
    return entry instanceof Promise ? entry.then((whole) => this.#whole(key, whole, quietly)) : this.#whole(key, entry, quietly)
  }

  #whole(key: Key, entry: ReadEntry, quietly: boolean): Found | Promise<Found> {
    if (!entry.ok) return this.#corrupt(key, entry.reason, quietly)
    if (!this.#checks) return this.#decode(key, entry, undefined, quietly)
    const { meta } = entry
    const fresh = this.#isFresh(meta)
    if (fresh instanceof Promise) return fresh.then((yes) => (yes ? this.#decode(key, entry, meta, quietly) : undefined))
    return fresh ? this.#decode(key, entry, meta, quietly) : undefined
  }

  #decode(key: Key, entry: WholeEntry, meta: EntryMeta | undefined, quietly: boolean): Found {
    const { bytes, start, codec } = entry
    try {
      const value = decodeResult(bytes, start, codec, this.#version.classes())
      const savedMs = durationIn(entry) ?? entry.meta.durationMs ?? 0
      if (codec === this.#core.options.codec) this.#core.layer.set(key, value, entry, { savedMs, meta, isPlain: isText(entry) })
      this.#tally.hit(key, 'store', savedMs)
      return { value }
    } catch (error) {
      return this.#corrupt(key, error instanceof Error ? error.message : String(error), quietly)
    }
  }

  #corrupt(key: Key, reason: string, quietly: boolean): undefined {
    if (!quietly) this.#tally.tell(() => ({ type: 'corrupt', key, reason }))
    return undefined
  }

  /** Whether a result of these circumstances still counts. */
  #isFresh(meta: EntryMeta): boolean | Promise<boolean> {
    const { expiresAfter, validate } = this.#options
    if (meta.createdAtMs === undefined) return false
    if (expiresAfter !== undefined && Date.now() - meta.createdAtMs >= expiresAfter) return false
    return validate === undefined ? true : validate(metadataOf(meta))
  }
}
