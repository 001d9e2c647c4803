/** A task: a call put off until a worker has time for it. */

/** Any function at all; the parameter type `never` lets every signature fit. */
export type AnyFunction = (...args: never[]) => unknown

/**
 * A function's own property under this symbol answers a call without running it: a value in hand, a promise of one, or undefined when the
 * function has to run. Asked before a task is sent to a worker. It never throws.
 */
export const recallKey: unique symbol = Symbol.for('joblet.recall')

/** What a call came to before. */
export interface Recalled {
  readonly value: unknown
}

/** See {@link recallKey}. */
export type Recall = (args: readonly unknown[]) => Recalled | undefined | Promise<Recalled | undefined>

/** The way in which `fn` answers calls without running; undefined for all but the few functions that have one. */
export const recallOf = (fn: AnyFunction): Recall | undefined => (fn as { readonly [recallKey]?: Recall })[recallKey]

/** How often a task is tried again, by what went wrong. What is not named is not tried again. */
export interface Retries {
  /** After its worker ended. @default 0 */
  readonly crash?: number | undefined
  /** After it threw. @default 0 */
  readonly error?: number | undefined
  /** After it ran past its `timeout`, which counts anew for each attempt. @default 0 */
  readonly timeout?: number | undefined
  /** Milliseconds before the next attempt, or a function that gives them, called in the program with the number of the attempt that failed, from 1. Meanwhile other tasks run. @default 0 */
  readonly delay?: number | ((attempt: number) => number) | undefined
}

/** What may differ from task to task within one run. */
export interface TaskOptions {
  /** Milliseconds this task may run, counted from the moment it starts. Overrides the run's `timeout`. */
  readonly timeout?: number
  /** How often this task is tried again; a number is for crashes of its worker. Takes the place of all that the run's `retries` says. */
  readonly retries?: number | Retries
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
  /** Its arguments, but for a task of one. */
  readonly many: readonly unknown[] | undefined
  /** The argument of a task of one: without an array for it, 100,000 tasks are half as much garbage. */
  readonly only: unknown
  readonly options: TaskOptions | undefined
  /** Carries `T` for the compiler; never set. */
  declare readonly result?: T

  /** @param many All arguments; undefined if `only` is the one. */
  constructor(fn: AnyFunction, many: readonly unknown[] | undefined, options: TaskOptions | undefined, only?: unknown) {
    this.fn = fn
    this.many = many
    this.only = only
    this.options = options
  }

  get args(): readonly unknown[] {
    return this.many ?? [this.only]
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
