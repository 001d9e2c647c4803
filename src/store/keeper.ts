/** Keeps a store within its limits, in the background, by what its usage log says. */
import { now } from '../clock.js'
import { isAbove, type Limits, type Totals, withRoom } from './eviction.js'
import type { Release } from './store.js'

/** What the keeper asks of its store. */
export interface Kept {
  /** Count what is there, and note it. */
  count(): Promise<Totals>
  /** What is there as far as is noted. */
  known(): Totals | undefined
  evict(limits: Limits): Promise<Totals>
  /** The right to evict in the background: one process at a time has it. */
  tryTurn(): Release | undefined
}

/** Too old entries are looked for ten times within the age that they may reach, but never more than once a minute. */
const agesPerLook = 10
const leastMs = 60_000

/** Watches over one store. */
export class Keeper {
  readonly #limits: Limits
  readonly #store: Kept
  #busy: Promise<void> | undefined
  /** Whether something was stored while entries were being evicted. */
  #missed = false
  #nextLookMs = 0
  #heldBackUntilMs = 0

  constructor(limits: Limits, store: Kept) {
    this.#limits = limits
    this.#store = store
  }

  /** Something was stored; `totals` is what there is now, if that is known. */
  noteWrite(totals: Totals | undefined): void {
    const { maxBytes, maxItems, olderThanMs } = this.#limits
    const isLimited = maxBytes !== undefined || maxItems !== undefined
    if (this.#busy !== undefined) this.#missed = true
    if (this.#busy !== undefined || now() < this.#heldBackUntilMs) return
    if (isLimited && (totals === undefined || isAbove(totals, this.#limits))) this.#start(totals)
    else if (olderThanMs !== undefined && now() >= this.#nextLookMs) this.#start(totals)
  }

  /** When nothing is being evicted. */
  async settled(): Promise<void> {
    await this.#busy
  }

  #start(totals: Totals | undefined): void {
    this.#nextLookMs = now() + Math.max(leastMs, (this.#limits.olderThanMs ?? 0) / agesPerLook)
    this.#busy = this.#keep(totals)
      // Files that cannot be removed would be tried again at each write.
      .catch(() => this.#holdBack())
      .finally(() => {
        this.#busy = undefined
        const missed = this.#missed
        this.#missed = false
        if (missed) this.noteWrite(this.#store.known())
      })
  }

  async #keep(totals: Totals | undefined): Promise<void> {
    const release = this.#store.tryTurn()
    if (release === undefined) return this.#holdBack(1_000)
    try {
      const known = totals ?? (await this.#store.count())
      if (isAbove(known, this.#limits) || this.#limits.olderThanMs !== undefined) await this.#store.evict(withRoom(this.#limits))
    } finally {
      release()
    }
  }

  #holdBack(ms = leastMs): void {
    this.#heldBackUntilMs = now() + ms
  }
}
