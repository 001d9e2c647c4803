/** Which call of the batch that runs has begun, as far as the worker tells, and whether one ran too long. */
import type { Batch } from '../../worker/batch.js'
import type { Mark } from '../../worker/messages.js'
import { Deadline } from './deadline.js'

/** A call that ran too long. */
export interface LateCall {
  readonly at: number
  readonly timeoutMs: number
}

// What a former run left behind (a timer that loops) may keep a worker from ever beginning. One that may be reading gigabytes gets twice as long
// the next time.
const beginMs = 1_000

/** Stands for no call: the batch itself is to begin. */
const beginning = -1

export class CallWatch {
  /** The last call that the worker told of. */
  mark: Mark | undefined
  /** The call that ran too long. */
  timedOutAt: number | undefined
  /** The code with which the worker said that it ends by itself. */
  exitCode: number | undefined
  /** Whether the worker said that it uses too much memory. */
  isFull = false
  readonly #deadline: Deadline
  #patienceMs = beginMs

  /** @param tooLong A call runs too long; undefined: a batch does not begin. */
  constructor(tooLong: (call: LateCall | undefined) => void) {
    this.#deadline = new Deadline((at, timeoutMs) => {
      if (at === beginning) {
        this.#patienceMs *= 2
        tooLong(undefined)
        return
      }
      this.timedOutAt = at
      tooLong({ at, timeoutMs })
    })
  }

  /** It is `batch`'s turn. Where calls have limits, the worker tells that it begins. */
  due({ timeouts }: Batch): void {
    if (timeouts !== undefined) this.#deadline.start(beginning, this.#patienceMs)
  }

  /** A call of `batch` begins, or is over; or the batch itself begins. */
  marked(mark: Mark, { timeouts }: Batch): void {
    this.mark = mark.at === beginning ? undefined : mark
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
    this.isFull = false
  }
}
