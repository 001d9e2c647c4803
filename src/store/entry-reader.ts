/** Reads entries by key, notes their use, and tells of those that cannot be read. */

import type { FileStoreOptions } from './file-store-options.js'
import type { EntryPaths } from './places.js'
import { peekEntryFile, readEntryFile, sizeOf, type Watched } from './read-file.js'
import { noteUse } from './recency.js'
import type { Key } from './store.js'

export class EntryReader {
  readonly #paths: EntryPaths
  readonly #options: FileStoreOptions
  /** Made once, and not for each hit. */
  readonly #peekFile = (path: string): ReturnType<typeof peekEntryFile> => peekEntryFile(path, this.#options.watch)

  /** Who misses takes the lock and looks again: to ask whether it is there by now takes 3 us, and to hear so by an error 15. */
  #missed: string | undefined

  constructor(paths: EntryPaths, options: FileStoreOptions) {
    this.#paths = paths
    this.#options = options
  }

  /** The bytes of an entry; they belong to the caller. */
  get(key: Key): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    return this.#read(key, readEntryFile)
  }

  /** The bytes of an entry; those that come at once are gone with the next read. */
  peek(key: Key): Uint8Array | undefined | Promise<Watched | undefined> {
    return this.#read(key, this.#peekFile)
  }

  #read<Now, Later>(key: Key, read: (path: string) => Now | Promise<Later>): Now | undefined | Promise<Later | undefined> {
    const path = this.#paths.of(key)
    if (path === undefined || (path === this.#missed && sizeOf(path) === undefined)) return undefined
    try {
      const bytes = read(path)
      if (bytes === undefined) this.#missed = path
      else noteUse(path)
      return bytes instanceof Promise ? bytes.catch((error: unknown) => this.#unreadable(key, error)) : bytes
    } catch (error) {
      return this.#unreadable(key, error)
    }
  }

  #unreadable(key: Key, error: unknown): undefined {
    this.#options.onCorrupt?.(key, `it cannot be read (${error instanceof Error ? error.message : String(error)})`)
    return undefined
  }
}
