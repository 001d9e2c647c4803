/** The types of what `Parallel` gives: what comes out follows from the options and from the tasks. */
import type { Outcome } from '../outcome.js'
import type { AnyFunction, Task } from '../task.js'
import type { TaskDescriptor } from './input/descriptor.js'
import type { RawTask } from './input/source.js'
import type { OnError, ParallelOptions, ReturnAs } from './options/parallel-options.js'
import type { RunStats } from './run/stats.js'

/**
 * Anything that stands for one task.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type TaskLike } from 'joblet'
 *
 * const mixed: TaskLike[] = [delayed(Math.sqrt)(9), [Math.hypot, [3, 4]]]
 * console.log(await Parallel({ nJobs: 2 })(mixed)) // [ 3, 5 ]
 * ```
 * @category Tasks
 */
export type TaskLike = Task | RawTask | TaskDescriptor

/**
 * What a task comes to; joblib's raw form and descriptors say nothing about that.
 *
 * @example
 * ```ts
 * import { delayed, type ValueOf } from 'joblet'
 *
 * const tasks = [1, 4].map((n) => delayed(Math.sqrt)(n))
 * const none: ValueOf<(typeof tasks)[number]> = 0 // a number
 * ```
 * @category Tasks
 */
export type ValueOf<Item> = Item extends Task<infer T> ? T : unknown

/** What an option may be, where it may be left out: a type that does not say leaves all that are possible. */
type Chosen<Options, Name extends keyof ParallelOptions, Default> = Name extends keyof Options
  ? Exclude<Options[Name], undefined> | (undefined extends Options[Name] ? Default : never)
  : Default

/**
 * The runner that `Parallel` gives for options of this type.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type RunnerFor } from 'joblet'
 *
 * const collecting = { nJobs: 2, onError: 'collect' } as const
 * const parallel: RunnerFor<typeof collecting> = Parallel(collecting)
 * console.log((await parallel([delayed(Math.sqrt)(9)]))[0]._tag) // Right
 * ```
 * @category Run tasks
 */
export type RunnerFor<Options extends ParallelOptions> = Runner<Chosen<Options, 'returnAs', 'list'>, Chosen<Options, 'onError', 'throw'>>

/**
 * What one task that gives `T` comes to.
 *
 * @example
 * ```ts
 * import type { ItemOf } from 'joblet'
 *
 * const value: ItemOf<'throw', number> = 3
 * const outcome: ItemOf<'collect', number> = { _tag: 'Right', right: 3 }
 * ```
 * @category Run tasks
 */
export type ItemOf<Errors extends OnError, T> = Errors extends 'collect' ? Outcome<T> : T

/**
 * What a run that gives `Items` comes to.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type ResultOf } from 'joblet'
 *
 * const all: ResultOf<'list', number[]> = Parallel({ nJobs: 2 })([1, 4].map((n) => delayed(Math.sqrt)(n)))
 * console.log((await all).length) // 2
 * ```
 * @category Run tasks
 */
export type ResultOf<Returns extends ReturnAs, Items extends readonly unknown[]> = Returns extends 'list'
  ? Promise<Items>
  : AsyncGenerator<Items[number], undefined, undefined>

/**
 * What an array of tasks comes to: a tuple keeps the type of each.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type TupleOf } from 'joblet'
 *
 * const tasks = [delayed(Math.sqrt)(9), delayed((text: string) => text.length)('four'), delayed(String)(5)] as const
 * const results: TupleOf<'throw', typeof tasks> = await Parallel({ nJobs: 2 })(tasks)
 * console.log(results) // [ 3, 4, '5' ]
 * ```
 * @category Run tasks
 */
export type TupleOf<Errors extends OnError, Tasks extends readonly TaskLike[]> = {
  -readonly [K in keyof Tasks]: ItemOf<Errors, ValueOf<Tasks[K]>>
}

/**
 * Runs tasks: call it with tasks, or `map` a function over items.
 *
 * @typeParam Returns The option `returnAs`.
 * @typeParam Errors The option `onError`.
 * @example
 * ```ts
 * import { delayed, Parallel, type Runner } from 'joblet'
 *
 * const roots = (run: Runner): Promise<number[]> => run([1, 4, 9].map((n) => delayed(Math.sqrt)(n)))
 * const parallel = Parallel({ nJobs: 2 })
 * console.log(await roots(parallel), parallel.stats().tasks) // [ 1, 2, 3 ] 3
 * await parallel.close()
 * ```
 * @category Run tasks
 */
export interface Runner<Returns extends ReturnAs = 'list', Errors extends OnError = 'throw'> {
  /**
   * Run tasks.
   *
   * @param tasks An array (a tuple keeps its types), a generator or an async generator of `delayed(fn)(...args)`, or of `[fn, args]`.
   * @returns The results in the order of the tasks; with `returnAs: 'generator'` one by one, with `'generator_unordered'` as they finish.
   * @throws What a task threw; {@link ShippingError}, {@link WorkerCrashError}, {@link TaskTimeoutError}, {@link DeadlineError}, {@link InterruptError}; the reason of an aborted signal; a TypeError for an item that is no task, and, at once, for an input that is no list.
   */
  <const Tasks extends readonly TaskLike[] | readonly []>(tasks: Tasks): ResultOf<Returns, TupleOf<Errors, Tasks>>
  <Item extends TaskLike>(tasks: Iterable<Item> | AsyncIterable<Item>): ResultOf<Returns, ItemOf<Errors, ValueOf<Item>>[]>

  /**
   * Call `fn` with each item.
   *
   * @param items An array, a generator or an async generator.
   * @example
   * ```ts
   * import { Parallel } from 'joblet'
   *
   * console.log(await Parallel({ nJobs: 2 }).map(['a', 'bb'], (text) => text.length)) // [ 1, 2 ]
   * ```
   */
  map<Item, T>(items: Iterable<Item> | AsyncIterable<Item>, fn: (item: Item) => T): ResultOf<Returns, ItemOf<Errors, Awaited<T>>[]>

  /** Where the time of its last run went: the answer to "why is it slow?". While that is under way, so far. */
  stats(): RunStats

  /** Wait for this runner's own runs, then end the workers that nobody else holds. It may be used again; workers start anew. */
  close(): Promise<void>
  /** {@link Runner.close}, called at the end of the block by `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** A function over items as tasks, pulled one by one. */
export type Mapper = (items: Iterable<unknown> | AsyncIterable<unknown>, fn: AnyFunction) => Iterable<Task> | AsyncIterable<Task>

/**
 * What {@link Parallel} is: the types of its results follow from the options.
 *
 * @example
 * ```ts
 * import { Parallel, type ParallelFunction } from 'joblet'
 *
 * // Takes the place of `Parallel` where two workers must do.
 * const frugal: ParallelFunction = ((options: object = {}) => Parallel({ ...options, nJobs: 2 })) as ParallelFunction
 * console.log(await frugal().map([1, 4], Math.sqrt)) // [ 1, 2 ]
 * ```
 * @category Run tasks
 */
export interface ParallelFunction {
  /** With all options at their defaults. */
  (): Runner
  /** @throws {OptionError} With every unknown or wrong option. */
  <const Options extends ParallelOptions>(options: Options | undefined): RunnerFor<Options>
}
