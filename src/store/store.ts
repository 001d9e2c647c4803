/** Where the bytes of a cache live: the port, implemented by `file-store` and by whoever needs another place. */

/**
 * Names an entry: `<function>/<fingerprint>/<digest of the arguments>`, each part made of letters, digits, `.`, `_` and `-` only.
 *
 * @example
 * ```ts
 * import type { Key } from 'joblet'
 *
 * // In a store of one's own.
 * const functionOf = (key: Key): string | undefined => key.split('/').at(0)
 * const pathOf = (folder: string, key: Key): string => `${folder}/${key.replaceAll('/', '~')}`
 * ```
 * @category Memory
 */
export type Key = string & { readonly __brand: 'Key' }

/**
 * What a listing tells of an entry without reading it.
 *
 * @example
 * ```ts
 * import type { Listed } from 'joblet'
 *
 * // What a store lets go of first.
 * const oldestFirst = (entries: readonly Listed[]): Listed[] => entries.toSorted((a, b) => a.usedAtMs - b.usedAtMs)
 * ```
 * @category Memory
 */
export interface Listed {
  readonly key: Key
  /** What it weighs, in bytes, header included. */
  readonly bytes: number
  /** When it was last written or read, in milliseconds since 1970. */
  readonly usedAtMs: number
}

/**
 * Gives the lock back; calling it twice is harmless.
 *
 * @example
 * ```ts
 * import type { Key, Release } from 'joblet'
 *
 * const held = new Set<Key>()
 * const tryLock = (key: Key): Release | undefined => {
 *   if (held.has(key)) return undefined
 *   held.add(key)
 *   return () => void held.delete(key)
 * }
 * ```
 * @category Memory
 */
export type Release = () => void

/**
 * Keeps bytes by key. Small entries are answered at once, large ones by a promise; whatever fails, the caller goes on without.
 *
 * @example
 * ```ts
 * import { type Key, Memory, type Store } from 'joblet'
 *
 * const entries = new Map<Key, Uint8Array>()
 * const store: Store = {
 *   get: (key) => entries.get(key)?.slice(),
 *   put: async (key, parts) => void entries.set(key, new Uint8Array(Buffer.concat(parts))),
 *   delete: async (prefix = '') => entries.forEach((_, key) => key.startsWith(prefix) && entries.delete(key)),
 *   list: async function* () {
 *     for (const [key, bytes] of entries) yield { key, bytes: bytes.length, usedAtMs: Date.now() }
 *   },
 * }
 * console.log(await Memory({ store }).cache((n: number) => 2 * n)(21), entries.size) // 42 1
 * ```
 * @category Memory
 */
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
