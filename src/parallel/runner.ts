/** The types of what `Parallel` gives: what comes out follows from the options and from the tasks. */
import type { Outcome } from '../outcome.js'
import type { AnyFunction, Task } from '../task.js'
import type { TaskDescriptor } from './descriptor.js'
import type { ParallelOptions } from './parallel-options.js'
import type { RawTask } from './source.js'

/** Anything that stands for one task. */
export type TaskLike = Task | RawTask | TaskDescriptor

/** What a task comes to; joblib's raw form and descriptors say nothing about that. */
export type ValueOf<Item> = Item extends Task<infer T> ? T : unknown

/** What one task gives, under the given options. */
export type ItemOf<Options extends ParallelOptions, T> = Options extends { readonly onError: 'collect' } ? Outcome<T> : T

/** What a run of tasks that each give `T` comes to. */
export type ResultOf<Options extends ParallelOptions, T> = Options extends { readonly returnAs: 'generator' | 'generator_unordered' }
  ? AsyncGenerator<ItemOf<Options, T>, undefined, undefined>
  : Promise<ItemOf<Options, T>[]>

/** What a run of an array of tasks comes to: a tuple keeps the type of each. */
export type TupleResult<Options extends ParallelOptions, Tasks extends readonly TaskLike[]> = Options extends {
  readonly returnAs: 'generator' | 'generator_unordered'
}
  ? ResultOf<Options, ValueOf<Tasks[number]>>
  : Promise<{ -readonly [K in keyof Tasks]: ItemOf<Options, ValueOf<Tasks[K]>> }>

/** Runs tasks: call it with tasks, or `map` a function over items. */
export interface Runner<Options extends ParallelOptions = ParallelOptions> {
  /**
   * Run tasks.
   *
   * @param tasks An array (a tuple keeps its types), a generator or an async generator of `delayed(fn)(...args)`, or of `[fn, args]`.
   * @returns The results in the order of the tasks; with `returnAs: 'generator'` one by one, with `'generator_unordered'` as they finish.
   * @throws What a task threw; {@link ShippingError}, {@link WorkerCrashError}, {@link TaskTimeoutError}; the reason of an aborted signal; a TypeError for an item that is no task, and, at once, for an input that is no list.
   */
  <const Tasks extends readonly TaskLike[] | readonly []>(tasks: Tasks): TupleResult<Options, Tasks>
  <Item extends TaskLike>(tasks: Iterable<Item> | AsyncIterable<Item>): ResultOf<Options, ValueOf<Item>>

  /**
   * Call `fn` with each item.
   *
   * @param items An array, a generator or an async generator.
   * @example
   * const lengths = await Parallel({ nJobs: 2 }).map(['a', 'bb'], (text) => text.length) // [1, 2]
   */
  map<Item, T>(items: Iterable<Item> | AsyncIterable<Item>, fn: (item: Item) => T): ResultOf<Options, Awaited<T>>

  /** Wait for this runner's own runs, then end the workers that nobody else holds. It may be used again; workers start anew. */
  close(): Promise<void>
  /** {@link Runner.close}, called at the end of the block by `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** A function over items as tasks, pulled one by one. */
export type Mapper = (items: Iterable<unknown> | AsyncIterable<unknown>, fn: AnyFunction) => Iterable<Task> | AsyncIterable<Task>
