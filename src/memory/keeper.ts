/** Keeps a store of the user's own to its limits: by a sum that grows with each write, and a listing only when it passes one. */
import { isAbove, type Limits, type Totals, toEvict, totalsOf, withRoom } from '../store/eviction.js'
import type { Listed, Store } from '../store/store.js'

export class Keeper {
  readonly #store: Store
  readonly #limits: Limits
  readonly #onEvicted: (gone: Totals) => void
  #items = 0
  #bytes = 0
  #listedAtMs = 0
  #working: Promise<unknown> | undefined

  constructor(store: Store, limits: Limits, onEvicted: (gone: Totals) => void) {
    this.#store = store
    this.#limits = limits
    this.#onEvicted = onEvicted
  }

  /** An entry was written; if that is too much, others go in the background. */
  written(bytes: number): void {
    this.#items += 1
    this.#bytes += bytes
    if (Object.keys(this.#limits).length === 0 || this.#working !== undefined || !this.#isDue()) return
    this.#working = this.#keep()
      .catch(() => undefined)
      .finally(() => (this.#working = undefined))
  }

  /** Keep to `limits` now; what went. */
  async evict(limits: Limits): Promise<Totals> {
    const all = await this.#list()
    const gone = toEvict(all, limits, Date.now())
    for (const { key } of gone) await this.#store.delete(key)
    const [had, went] = [totalsOf(all), totalsOf(gone)]
    this.#items = had.items - went.items
    this.#bytes = had.bytes - went.bytes
    if (went.items > 0) this.#onEvicted(went)
    return went
  }

  #isDue(): boolean {
    const { olderThanMs = Number.POSITIVE_INFINITY } = this.#limits
    // What others wrote is not known before the first listing; after it, ages are looked at ten times in a lifetime.
    const since = Date.now() - this.#listedAtMs
    return this.#listedAtMs === 0 || since > olderThanMs / 10 || isAbove({ items: this.#items, bytes: this.#bytes }, this.#limits)
  }

  async #keep(): Promise<void> {
    const totals = totalsOf(await this.#list())
    await this.evict(isAbove(totals, this.#limits) ? withRoom(this.#limits) : this.#limits)
  }

  async #list(): Promise<Listed[]> {
    const all: Listed[] = []
    for await (const entry of this.#store.list()) all.push(entry)
    this.#listedAtMs = Date.now()
    return all
  }
}
