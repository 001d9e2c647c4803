/** Which call of the batch that runs has begun, as far as the worker tells, and whether one ran too long. */
import type { Batch, Mark } from '../worker/batch.js'
import { Deadline } from './deadline.js'

/** A call that ran too long. */
export interface LateCall {
  readonly at: number
  readonly timeoutMs: number
}

export class CallWatch {
  /** The last call that the worker told of. */
  mark: Mark | undefined
  /** The call that ran too long. */
  timedOutAt: number | undefined
  /** The code with which the worker said that it ends by itself. */
  exitCode: number | undefined
  readonly #deadline: Deadline

  /** @param tooLong A call runs too long. */
  constructor(tooLong: (call: LateCall) => void) {
    this.#deadline = new Deadline((at, timeoutMs) => {
      this.timedOutAt = at
      tooLong({ at, timeoutMs })
    })
  }

  /** A call of `batch` begins, or is over. */
  marked(mark: Mark, { timeouts }: Batch): void {
    this.mark = mark
    const timeoutMs = typeof timeouts === 'object' ? timeouts[mark.at] : timeouts
    this.#deadline.start(mark.at, mark.runs ? timeoutMs : undefined)
  }

  /** The batch is done. */
  rest(): void {
    this.mark = undefined
    this.stop()
  }

  /** No call will run too long any more. */
  stop(): void {
    this.#deadline.clear()
  }

  /** There is another worker. */
  forget(): void {
    this.rest()
    this.timedOutAt = undefined
    this.exitCode = undefined
  }
}
