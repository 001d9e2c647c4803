/** A task that was handed over by itself, and what has become of it. */
import type { Outcome } from '../../outcome.js'
import type { Task } from '../../task.js'

export class QueuedTask {
  readonly task: Task
  /** Tasks that were handed over in one go have the same. */
  readonly stretch: number
  /** `'running'` from when it goes to a worker. */
  state: 'waiting' | 'running' | 'settled' = 'waiting'
  readonly #settled: (outcome: Outcome<unknown>) => void

  /** @param settled Hears once what it came to. */
  constructor(task: Task, stretch: number, settled: (outcome: Outcome<unknown>) => void) {
    this.task = task
    this.stretch = stretch
    this.#settled = settled
  }

  /** Only the first outcome counts. */
  settle(outcome: Outcome<unknown>): void {
    if (this.state === 'settled') return
    this.state = 'settled'
    this.#settled(outcome)
  }
}
