/** Results of tasks that ran here one after the other and gave their values at once: they go into the books together. */
import type { Run } from './run.js'
import { none } from './segment.js'

export class Stretch {
  readonly #run: Run
  #first = 0
  #values: unknown[] = []

  constructor(run: Run) {
    this.#run = run
  }

  /** Index of the task whose turn it is. */
  get next(): number {
    return this.#first + this.#values.length
  }

  /** The next task has given `value`. */
  push(value: unknown): void {
    this.#values.push(value)
  }

  /** The next task's turn is over, without a value that came at once. */
  skip(): void {
    this.settle()
    this.#first += 1
  }

  /** Put what there is into the books. */
  settle(): void {
    const values = this.#values
    const first = this.#first
    if (values.length === 0) return
    this.#first += values.length
    this.#values = []
    this.#run.settle({ first, count: values.length, values, failures: none, open: this.#run.opened(values.length) })
  }
}
