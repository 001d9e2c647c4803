/** How many batches of a run are open: pulled from the input, and not all handed out. */
import type { Open } from '../output/segment.js'

// Tasks that wait for their next attempt are memory: an input whose tasks all fail is not pulled to its end meanwhile.
const mostLent = 1_000

export class Places {
  readonly #freed: () => void
  #open = 0
  /** Open batches of which nothing is left but tasks that wait for their next attempt. */
  #lent = 0

  /** @param freed There is a place more. */
  constructor(freed: () => void) {
    this.#freed = freed
  }

  /** Batches that count. Others are pulled in the place of those that only wait. */
  get taken(): number {
    return this.#lent === 0 ? this.#open : this.#open - Math.min(this.#lent, mostLent)
  }

  /** A batch of `tasks` tasks has been pulled; it counts as open until all it came to is handed out, which `onConsumed` hears. */
  open(tasks: number, onConsumed?: () => void): Open {
    this.#open += 1
    return { unconsumed: tasks, waiting: 0, onConsumed }
  }

  /** So many of its tasks have been handed out. */
  consumed(open: Open, count: number): void {
    open.unconsumed -= count
    if (open.unconsumed > 0) {
      if (open.waiting > 0) this.#lend(open)
      return
    }
    open.onConsumed?.()
    this.#open -= 1
    this.#freed()
  }

  /** A task of it waits for its next attempt. */
  wait(open: Open): void {
    open.waiting += 1
    this.#lend(open)
  }

  /** It waits no longer. */
  waited(open: Open): void {
    if (open.waiting === open.unconsumed) this.#lent -= 1
    open.waiting -= 1
  }

  #lend(open: Open): void {
    if (open.waiting !== open.unconsumed) return
    this.#lent += 1
    this.#freed()
  }
}
