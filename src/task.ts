/** A task: a call put off until a worker has time for it. */

/**
 * Any function at all; the parameter type `never` lets every signature fit.
 *
 * @example
 * ```ts
 * import type { AnyFunction } from 'joblet'
 *
 * const nameOf = (fn: AnyFunction): string => fn.name || 'a function without a name'
 * console.log(nameOf(Math.hypot), nameOf((text: string) => text.length)) // hypot a function without a name
 * ```
 * @category Tasks
 */
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

/**
 * How often a task is tried again, by what went wrong. What is not named is not tried again.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type Retries, taskContext } from 'joblet'
 *
 * const retries: Retries = { crash: 1, error: 3, delay: (attempt) => 10 * 2 ** attempt }
 * const flaky = () => (taskContext().attempt < 3 ? Promise.reject(new Error('busy')) : 'done')
 * console.log(await Parallel({ nJobs: 2, retries })([delayed(flaky)()])) // [ 'done' ]
 * ```
 * @category Tasks
 */
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

/**
 * What may differ from task to task within one run.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type TaskOptions } from 'joblet'
 *
 * const optionsFor = (city: string): TaskOptions => ({ label: city, timeout: 5_000, retries: 1 })
 * const length = (text: string): number => text.length
 * console.log(await Parallel({ nJobs: 2 })(['Oslo', 'Rome'].map((city) => delayed(length, optionsFor(city))(city)))) // [ 4, 4 ]
 * ```
 * @category Tasks
 */
export interface TaskOptions {
  /** Milliseconds this task may run, counted from the moment it starts. Overrides the run's `timeout`. */
  readonly timeout?: number
  /** How often this task is tried again; a number is for crashes of its worker. Takes the place of all that the run's `retries` says. */
  readonly retries?: number | Retries
  /** A name for messages, progress and failures. */
  readonly label?: string
}

const taskMark = Symbol.for('joblet.task')

/** What all tasks have in common that one `delayed(fn)` makes: 100,000 of them are a quarter less garbage for it. */
export class Callee {
  readonly fn: AnyFunction
  readonly options: TaskOptions | undefined
  /** Whether its tasks hold an array of arguments, and not the only one: without arrays they are half as much garbage. */
  readonly takesMany: boolean

  constructor(fn: AnyFunction, takesMany: boolean, options?: TaskOptions) {
    this.fn = fn
    this.takesMany = takesMany
    this.options = options
  }
}

/**
 * A function and its arguments, not called yet. Made by {@link delayed}, run by `Parallel`.
 *
 * @typeParam T What the call comes to; a promise counts as what it resolves to.
 * @example
 * ```ts
 * import { delayed, Parallel, type Task } from 'joblet'
 *
 * const squareRoots = (numbers: readonly number[]): Task<number>[] => numbers.map((n) => delayed(Math.sqrt)(n))
 * console.log(await Parallel({ nJobs: 2 })(squareRoots([1, 4, 9]))) // [ 1, 2, 3 ]
 * ```
 * @category Tasks
 */
export class Task<T = unknown> {
  /** @internal */
  readonly callee: Callee
  /** The arguments if the callee takes many, or the only one. @internal */
  readonly given: unknown
  /** Carries `T` for the compiler; never set. */
  declare readonly result?: T

  /** @internal */
  constructor(callee: Callee, given: unknown) {
    this.callee = callee
    this.given = given
  }

  get fn(): AnyFunction {
    return this.callee.fn
  }

  get args(): readonly unknown[] {
    return this.many ?? [this.given]
  }

  /** Its arguments, but for a task of one. @internal */
  get many(): readonly unknown[] | undefined {
    return this.callee.takesMany ? (this.given as readonly unknown[]) : undefined
  }

  /** The argument of a task of one. @internal */
  get only(): unknown {
    return this.callee.takesMany ? undefined : this.given
  }

  get options(): TaskOptions | undefined {
    return this.callee.options
  }

  /** Marks tasks of every copy of joblet in a program. */
  get [taskMark](): true {
    return true
  }
}

/** A task of any number of arguments. */
export const taskOf = (fn: AnyFunction, args: readonly unknown[]): Task => new Task(new Callee(fn, true), args)

/** Whether `value` is a task, made by this or another copy of joblet. */
export const isTask = (value: unknown): value is Task =>
  value instanceof Task || (typeof value === 'object' && value !== null && taskMark in value)

/**
 * Tasks one by one, from an array, a generator or an async generator; may be endless.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type TaskSource } from 'joblet'
 *
 * const sum = async (tasks: TaskSource<number>): Promise<number> => (await Parallel({ nJobs: 2 })(tasks)).reduce((a, b) => a + b, 0)
 * console.log(await sum([1, 4, 9].map((n) => delayed(Math.sqrt)(n)))) // 6
 * ```
 * @category Tasks
 */
export type TaskSource<T> = Iterable<Task<T>> | AsyncIterable<Task<T>>
