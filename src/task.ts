/** A task: a call put off until a worker has time for it. */

/** Any function at all; the parameter type `never` lets every signature fit. */
export type AnyFunction = (...args: never[]) => unknown

/** What may differ from task to task within one run. */
export interface TaskOptions {
  /** Milliseconds this task may run, counted from the moment it starts. Overrides the run's `timeout`. */
  readonly timeout?: number
  /** How often this task is tried again after its worker crashed. Overrides the run's `retries`. */
  readonly retries?: number
  /** A name for messages, progress and failures. */
  readonly label?: string
}

const taskMark = Symbol.for('joblet.task')

/**
 * A function and its arguments, not called yet. Made by {@link delayed}, run by `Parallel`.
 *
 * @typeParam T What the call comes to; a promise counts as what it resolves to.
 */
export class Task<T = unknown> {
  readonly fn: AnyFunction
  readonly args: readonly unknown[]
  readonly options: TaskOptions | undefined
  /** Carries `T` for the compiler; never set. */
  declare readonly result?: T

  constructor(fn: AnyFunction, args: readonly unknown[], options: TaskOptions | undefined) {
    this.fn = fn
    this.args = args
    this.options = options
  }

  /** Marks tasks of every copy of joblet in a program. */
  get [taskMark](): true {
    return true
  }
}

/** Whether `value` is a task, made by this or another copy of joblet. */
export const isTask = (value: unknown): value is Task =>
  value instanceof Task || (typeof value === 'object' && value !== null && taskMark in value)

/** Tasks one by one, from an array, a generator or an async generator; may be endless. */
export type TaskSource<T> = Iterable<Task<T>> | AsyncIterable<Task<T>>
