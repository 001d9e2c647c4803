/**
 * A store in files: one per entry. A hit opens one path and nothing else, so it costs the same however many entries there are.
 * Many processes may share it; what anybody deletes while it runs is a miss.
 */
import { renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { wallTime } from '../clock.js'
import { weightOf } from '../parts.js'
import { EntryReader } from './entry-reader.js'
import { type Limits, less, type Totals, toEvict, totalsOf } from './eviction.js'
import type { FileStore, FileStoreOptions } from './file-store-options.js'
import { makeFolder, makeFolders } from './folders.js'
import { Keeper } from './keeper.js'
import { Locks, usualPatienceMs } from './locks.js'
import { me } from './owner.js'
import { EntryPaths, isKey, type Places, placesIn, prefixPath } from './places.js'
import { sizeOf, type Watched } from './read-file.js'
import { flushUses, noteWritten } from './recency.js'
import type { Key, Listed, Release } from './store.js'
import { sweep } from './sweep.js'
import { UsageLog } from './usage-log.js'
import { removeFiles, removeTree, walk } from './walk.js'
import { smallFile, writeLarge, writeOver, writeSmall } from './write-file.js'

export type { FileStore, FileStoreOptions }

const mostTries = 4 // more, and somebody deletes the location in a loop
const missing = new Set(['ENOENT', 'ENOTDIR'])
const inTheWay = new Set(['EISDIR', 'ENOTEMPTY', 'EEXIST']) // a folder lies where the file should go

let count = 0

/** Entries in files below `location`, which is made when the first one is stored. */
export function fileStore(location: string, options: FileStoreOptions = {}): FileStore {
  return new Files(placesIn(resolve(location)), options)
}

class Files implements FileStore {
  readonly location: string
  readonly #places: Places
  readonly #paths: EntryPaths
  readonly #reader: EntryReader
  readonly #options: FileStoreOptions
  readonly #locks: Locks
  readonly #usage: UsageLog
  readonly #keeper: Keeper
  #swept: Promise<void> | undefined

  constructor(places: Places, options: FileStoreOptions) {
    this.location = places.location
    this.#places = places
    this.#paths = new EntryPaths(places)
    this.#reader = new EntryReader(this.#paths, options)
    this.#options = options
    const prepare = (): void => this.#prepare()
    const onStolen = (): void => this.#sweep()
    this.#locks = new Locks(places.locks, { prepare, onStolen, patienceMs: options.lockPatienceMs ?? usualPatienceMs })
    this.#usage = new UsageLog(places.usage, () => this.#temporary())
    this.#keeper = new Keeper(options.limits ?? {}, {
      count: () => this.stats(),
      known: () => this.#usage.current(),
      evict: (limits) => this.evict(limits),
      tryTurn: () => this.#locks.tryTake('evict'),
    })
  }

  get(key: Key): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    return this.#reader.get(key)
  }

  peek(key: Key): Uint8Array | undefined | Promise<Watched | undefined> {
    return this.#reader.peek(key)
  }

  async put(key: Key, parts: readonly Uint8Array[]): Promise<void> {
    const path = this.#paths.of(key)
    if (path === undefined) throw new TypeError(`cannot store an entry under ${JSON.stringify(key)}: it is no key`)
    if (this.#swept === undefined) this.#begin()
    const bytes = weightOf(parts)
    const before = sizeOf(path)
    await this.#write(key, path, { parts, bytes })
    noteWritten(path)
    this.#keeper.noteWrite(this.#usage.add({ items: before === undefined ? 1 : 0, bytes: bytes - (before ?? 0) }))
  }

  async delete(key = ''): Promise<void> {
    if (isKey(key)) await this.#remove([{ key, bytes: sizeOf(this.#paths.of(key) ?? '') ?? 0 }])
    else await this.#removeFolder(key)
  }

  async *list(prefix = ''): AsyncGenerator<Listed> {
    flushUses()
    yield* walk(this.#places.entries, prefix)
  }

  lock(key: Key, signal?: AbortSignal, longestMs?: number): Promise<Release | undefined> {
    return this.#locks.take(key, signal, longestMs)
  }

  tryLock(key: Key): Release | undefined {
    return this.#locks.takeFree(key)
  }

  async stats(): Promise<Totals> {
    const before = this.#usage.current()
    const totals = totalsOf(await this.#all())
    this.#resetUsage(totals, before)
    return totals
  }

  async evict(limits: Limits): Promise<Totals> {
    const before = this.#usage.current()
    const all = await this.#all()
    const gone = await this.#remove(toEvict(all, limits, wallTime()))
    this.#resetUsage(before === undefined ? less(totalsOf(all), gone) : totalsOf(all), before)
    if (gone.items > 0) this.#options.onEvicted?.(gone)
    return gone
  }

  /** Set the log right: what was listed, and what was noted since. What was both listed and noted counts twice, until the next listing. */
  #resetUsage(listed: Totals, before: Totals | undefined): void {
    const since = before && this.#usage.current()
    this.#usage.reset(since === undefined || before === undefined ? listed : less(listed, less(before, since)))
  }

  async settled(): Promise<void> {
    flushUses()
    await this.#swept
    await this.#keeper.settled()
  }

  async #all(): Promise<Listed[]> {
    const all: Listed[] = []
    for await (const entry of this.list()) all.push(entry)
    return all
  }

  /** What others have left behind goes with the first write of a process, and whenever somebody was found dead. */
  #begin(): void {
    this.#prepare()
    this.#sweep()
  }

  #sweep(): void {
    this.#swept = (this.#swept ?? Promise.resolve()).then(() => sweep(this.#places, this.#locks))
  }

  #prepare(): void {
    if (makeFolders(this.#places)) this.#usage.reset({ items: 0, bytes: 0 })
  }

  /** Names a file or folder that is ours to write, and that others remove when we are gone. */
  #temporary(): string {
    return `${this.#places.temporary}/${me()}~${++count}`
  }

  async #write(key: Key, path: string, { parts, bytes }: { readonly parts: readonly Uint8Array[]; readonly bytes: number }): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        if (bytes > smallFile) return await writeLarge(path, this.#temporary(), parts)
        if (this.#locks.spend(key, (lock) => writeOver(path, lock, parts))) return
        return writeSmall(path, this.#temporary(), parts)
      } catch (error) {
        this.#makeWay(path, error, tries)
      }
    }
  }

  /** @throws {unknown} The error, if nothing can be done about it. */
  #makeWay(path: string, error: unknown, tries: number): void {
    const { code = '' } = error as NodeJS.ErrnoException
    if (tries >= mostTries || !(missing.has(code) || inTheWay.has(code))) throw error
    if (inTheWay.has(code)) return rmSync(path, { recursive: true, force: true })
    // Somebody has deleted folders; or this is the first entry of its shard.
    this.#prepare()
    makeFolder(dirname(path))
  }

  async #remove(entries: readonly { readonly key: Key; readonly bytes: number }[]): Promise<Totals> {
    const files = entries.map(({ key, bytes }) => ({ path: this.#paths.of(key) ?? '', bytes }))
    const gone = await removeFiles(files)
    if (gone.items > 0) this.#usage.add({ items: -gone.items, bytes: -gone.bytes })
    return gone
  }

  /** Out of the way at once, and then removed: nobody sees a part of it. */
  async #removeFolder(prefix: string): Promise<void> {
    const path = prefix === '' ? this.#places.entries : prefixPath(this.#places, prefix)
    if (path === undefined) throw new TypeError(`cannot delete ${JSON.stringify(prefix)}: it is neither a key nor the beginning of keys`)
    const moved = this.#temporary()
    try {
      renameSync(path, moved)
    } catch (error) {
      if (missing.has((error as NodeJS.ErrnoException).code ?? '')) return
      throw error
    }
    const gone = await removeTree(moved)
    this.#usage.add({ items: -gone.items, bytes: -gone.bytes })
  }
}
