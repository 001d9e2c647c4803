/** An iterator of which numbers are read many at a time; what ends them is kept, and comes next. */
import { type Callee, Task } from '../../task.js'

/** Whether `value` is a task of `callee` with one number for an argument. */
export const isNumberTask = (value: unknown, callee: Callee): value is Task & { readonly given: number } =>
  value instanceof Task && value.callee === callee && typeof value.given === 'number'

const over = { done: true, value: undefined } as const

export class ReadAhead implements Iterator<unknown> {
  readonly #inner: Iterator<unknown>
  /** What was given or thrown after the last number. */
  #ahead: { readonly step: IteratorResult<unknown> } | { readonly error: unknown } | undefined
  #isClosed = false

  constructor(inner: Iterator<unknown>) {
    this.#inner = inner
  }

  next(): IteratorResult<unknown> {
    const ahead = this.#ahead
    this.#ahead = undefined
    if (ahead === undefined) return this.#step()
    if ('error' in ahead) throw ahead.error
    return ahead.step
  }

  /** Reads on for as long as there are tasks of `callee` with one number, `most` at most. @param take Is given each number. */
  numbers(callee: Callee, most: number, take: (number: number) => void): void {
    try {
      for (let count = 0; count < most && this.#ahead === undefined; count++) {
        const step = this.#step()
        if (step.done !== true && isNumberTask(step.value, callee)) take(step.value.given)
        else this.#ahead = { step }
      }
    } catch (error) {
      this.#ahead = { error }
    }
  }

  /** Nothing is asked of an iterator that has ended, though nobody has heard of that yet. */
  return(): IteratorResult<unknown> {
    this.#isClosed = true
    const ahead = this.#ahead
    const hasEnded = ahead !== undefined && ('error' in ahead || ahead.step.done === true)
    return hasEnded ? over : (this.#inner.return?.() ?? over)
  }

  #step(): IteratorResult<unknown> {
    const step = this.#inner.next()
    if (!this.#isClosed || step.done === true) return step
    // Closed by its own code while it ran: now it can hear of it.
    this.#inner.return?.()
    return over
  }
}
