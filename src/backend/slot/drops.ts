/** Runs that a worker was told to forget and has not answered for yet. */
import { clearTimeout, setImmediate, setTimeout } from '../../timers.js'

export class Drops {
  readonly #late: () => void
  readonly #pending = new Map<number, () => void>()
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param late Called when an answer has not come in time. */
  constructor(late: () => void) {
    this.#late = late
  }

  get size(): number {
    return this.#pending.size
  }

  has(run: number): boolean {
    return this.#pending.has(run)
  }

  /** Resolves when the worker has answered, or is no more. */
  add(run: number): Promise<void> {
    return new Promise((resolve) => this.#pending.set(run, resolve))
  }

  /** From now on nothing else keeps the worker from answering. */
  expectWithin(graceMs: number): void {
    // This thread may have been busy itself: what the worker said meanwhile is read before it is judged.
    if (this.#pending.size > 0) this.#timer ??= setTimeout(() => setImmediate(() => this.#timer !== undefined && this.#late()), graceMs)
  }

  /** The worker is busy with another run: it cannot answer yet. */
  excuse(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** The worker has answered for `run`; for all runs, if it is gone. */
  settle(run?: number): void {
    for (const [pending, resolve] of this.#pending) {
      if (run !== undefined && pending !== run) continue
      this.#pending.delete(pending)
      resolve()
    }
    if (this.#pending.size === 0) this.excuse()
  }
}
