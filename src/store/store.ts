/** Where the bytes of a cache live: the port, implemented by `file-store` and by whoever needs another place. */

/** Names an entry: `<function>/<fingerprint>/<digest of the arguments>`, each part made of letters, digits, `.`, `_` and `-` only. */
export type Key = string & { readonly __brand: 'Key' }

/** What a listing tells of an entry without reading it. */
export interface Listed {
  readonly key: Key
  /** What it weighs, in bytes, header included. */
  readonly bytes: number
  /** When it was last written or read, in milliseconds since 1970. */
  readonly usedAtMs: number
}

/** Gives the lock back; calling it twice is harmless. */
export type Release = () => void

/** Keeps bytes by key. Small entries are answered at once, large ones by a promise; whatever fails, the caller goes on without. */
export interface Store {
  /** The bytes of an entry; undefined when there is none. They belong to the caller. Reading counts as use. */
  get(key: Key): Uint8Array | undefined | Promise<Uint8Array | undefined>
  /** Keep bytes, whole or not at all: nobody ever reads a part of them. @throws What the place says when it is full or closed to writers. */
  put(key: Key, parts: readonly Uint8Array[]): Promise<void>
  /** Forget an entry, or all whose keys begin with a prefix that ends in `/`; without a key, all. What is not there is no error. */
  delete(key?: string): Promise<void>
  /** Entries, in no order; those whose keys begin with `prefix`. */
  list(prefix?: string): AsyncIterable<Listed>
  /**
   * Be the only one, of all processes that use this place, who computes an entry. Waits until the lock is free, its owner is gone, or `signal`
   * is aborted; undefined when it cannot be had: then the caller computes without it. Optional: without it, callers of one process share.
   *
   * @param longestMs What such a computation took at most, as far as the caller knows: an owner is not thought to be stuck before ten times that.
   */
  lock?(key: Key, signal?: AbortSignal, longestMs?: number): Promise<Release | undefined>
  /** The lock if nobody holds it, at once: the computation then starts before its caller can change what it was given. Undefined: ask `lock`. Optional. */
  tryLock?(key: Key): Release | undefined
}
