/** Runs that are over, to be told to a worker with its next batch: a message of their own costs as much as a small batch (0.02 to 0.09 ms). */
import { clearTimeout, setTimeout } from '../../timers.js'

/** A worker that gets no batch for so long is told all the same, so that it does not hold what it no longer needs. */
const longestMs = 100

export class Forgotten {
  readonly #tell: (runs: readonly number[]) => void
  #runs: number[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param tell Tells the worker, when no batch has. */
  constructor(tell: (runs: readonly number[]) => void) {
    this.#tell = tell
  }

  add(run: number): void {
    this.#runs.push(run)
    this.#timer ??= setTimeout(() => this.#due(), longestMs).unref()
  }

  /** The runs that the worker has not been told of; it is being told now. The timer stays: one for each run costs 3 us. */
  take(): readonly number[] {
    const runs = this.#runs
    this.#runs = []
    return runs
  }

  /** There is no worker to tell any more. */
  clear(): void {
    this.#runs = []
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #due(): void {
    this.#timer = undefined
    if (this.#runs.length > 0) this.#tell(this.take())
  }
}
