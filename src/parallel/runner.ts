/** The types of what `Parallel` gives: what comes out follows from the options and from the tasks. */
import type { Outcome } from '../outcome.js'
import type { AnyFunction, Task } from '../task.js'
import type { TaskDescriptor } from './input/descriptor.js'
import type { RawTask } from './input/source.js'
import type { OnError, ParallelOptions, ReturnAs } from './options/parallel-options.js'
import type { RunStats } from './run/stats.js'

/** Anything that stands for one task. */
export type TaskLike = Task | RawTask | TaskDescriptor

/** What a task comes to; joblib's raw form and descriptors say nothing about that. */
export type ValueOf<Item> = Item extends Task<infer T> ? T : unknown

/** What an option may be, where it may be left out: a type that does not say leaves all that are possible. */
type Chosen<Options, Name extends keyof ParallelOptions, Default> = Name extends keyof Options
  ? Exclude<Options[Name], undefined> | (undefined extends Options[Name] ? Default : never)
  : Default

/** The runner that `Parallel` gives for options of this type. */
export type RunnerFor<Options extends ParallelOptions> = Runner<Chosen<Options, 'returnAs', 'list'>, Chosen<Options, 'onError', 'throw'>>

/** What one task that gives `T` comes to. */
export type ItemOf<Errors extends OnError, T> = Errors extends 'collect' ? Outcome<T> : T

/** What a run that gives `Items` comes to. */
export type ResultOf<Returns extends ReturnAs, Items extends readonly unknown[]> = Returns extends 'list'
  ? Promise<Items>
  : AsyncGenerator<Items[number], undefined, undefined>

/** What an array of tasks comes to: a tuple keeps the type of each. */
export type TupleOf<Errors extends OnError, Tasks extends readonly TaskLike[]> = {
  -readonly [K in keyof Tasks]: ItemOf<Errors, ValueOf<Tasks[K]>>
}

/**
 * Runs tasks: call it with tasks, or `map` a function over items.
 *
 * @typeParam Returns The option `returnAs`.
 * @typeParam Errors The option `onError`.
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
   * const lengths = await Parallel({ nJobs: 2 }).map(['a', 'bb'], (text) => text.length) // [1, 2]
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

/** What {@link Parallel} is: the types of its results follow from the options. */
export interface ParallelFunction {
  /** With all options at their defaults. */
  (): Runner
  /** @throws {OptionError} With every unknown or wrong option. */
  <const Options extends ParallelOptions>(options: Options | undefined): RunnerFor<Options>
}
