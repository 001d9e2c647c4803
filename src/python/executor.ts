/** Executors: workers of their own, and futures of what they are given. */
import { ContextError } from '../errors.js'
import { isOptions, readOptions } from '../options.js'
import type { WorkerGroup } from '../parallel/queue/worker-group.js'
import { boolean, integer } from '../rules.js'
import { type AnyFunction, taskOf } from '../task.js'
import { callable } from './callable.js'
import { checkFunction, checkIterable } from './checks.js'
import { CancelledError } from './errors.js'
import { Future } from './future.js'
import { type ExecutorOptions, orNone, poolRules, readPoolOptions, startGroup } from './pool-options.js'
import { type Items, tasksOfRows, zip } from './rows.js'
import { allInTime, fromZero, type TimeoutOptions } from './timeout.js'

/**
 * What `map` takes after the iterables.
 *
 * @example
 * ```ts
 * import { type ExecutorMapOptions, ThreadPoolExecutor } from 'joblet/futures'
 *
 * const inTen: ExecutorMapOptions = { chunksize: 10, timeout: 60_000 }
 * const executor = ThreadPoolExecutor(2)
 * for await (const power of executor.map(Math.pow, [2, 3], [5, 2], inTen)) console.error(power) // 32, then 9
 * await executor.shutdown()
 * ```
 * @category Executors
 */
export interface ExecutorMapOptions extends TimeoutOptions {
  /** Calls per message to a worker, from 1. @default as many as their cost suggests */
  readonly chunksize?: number | null | undefined
}

/**
 * How an executor ends.
 *
 * @example
 * ```ts
 * import { type ShutdownOptions, ThreadPoolExecutor } from 'joblet/futures'
 *
 * const atOnce: ShutdownOptions = { wait: false, cancelFutures: true }
 * const executor = ThreadPoolExecutor(2)
 * await executor.shutdown(atOnce)
 * ```
 * @category Executors
 */
export interface ShutdownOptions {
  /** Whether to wait until all is done. @default true */
  readonly wait?: boolean | undefined
  /** Whether to cancel the futures whose calls have not begun. @default false */
  readonly cancelFutures?: boolean | undefined
}

/**
 * An iterable for each parameter.
 *
 * @example
 * ```ts
 * import { type Columns, ThreadPoolExecutor } from 'joblet/futures'
 *
 * const basesAndExponents: Columns<[number, number]> = [[2, 3], [5, 2]]
 * const executor = ThreadPoolExecutor(2)
 * for await (const power of executor.map(Math.pow, ...basesAndExponents)) console.error(power) // 32, then 9
 * await executor.shutdown()
 * ```
 * @category Input
 */
export type Columns<Args extends readonly unknown[]> = { readonly [K in keyof Args]: Items<Args[K]> }

const rules = poolRules('maxWorkers', 'maxTasksPerChild')
const mapRules = { timeout: orNone(fromZero), chunksize: orNone(integer({ min: 1 })) }
const shutdownRules = { wait: boolean, cancelFutures: boolean }

/**
 * Takes calls, and gives futures of what comes of them. Made by {@link ProcessPoolExecutor} or {@link ThreadPoolExecutor}.
 *
 * @example
 * ```ts
 * import { type Executor, ThreadPoolExecutor } from 'joblet/futures'
 *
 * const root = (executor: Executor, n: number) => executor.submit(Math.sqrt, n)
 * const executor = ThreadPoolExecutor(2)
 * console.log(await root(executor, 9)) // 3
 * await executor.shutdown()
 * ```
 * @category Executors
 */
class Executor {
  readonly #group: WorkerGroup
  #isOver = false

  constructor(name: string, backend: 'threads' | 'processes', options: unknown) {
    const { maxWorkers, maxTasksPerChild, ...rest } = readPoolOptions(name, rules, 'maxWorkers', options)
    this.#group = startGroup(backend, maxWorkers, maxTasksPerChild, rest)
    this.#group.belongsTo(this)
  }

  /** Hand a call over: `submit(fn, a, b)` calls `fn(a, b)` in a worker when one is free. @throws {ContextError} After `shutdown()`. */
  submit<Args extends readonly unknown[], T>(fn: (...args: Args) => T, ...args: Args): Future<Awaited<T>> {
    this.#checkOpen()
    checkFunction(fn, 'executor.submit(fn, x, y)')
    return new Future(this.#group.queue, taskOf(fn as unknown as AnyFunction, args))
  }

  /**
   * Call `fn` with an item of each iterable, until the shortest ends. @returns The results one by one, in order; a slow reader slows the input.
   *
   * @throws What a call threw; the others are called off. {@link TimeoutError} when `timeout` has passed since `map` was called.
   */
  map<Args extends readonly unknown[], T>(
    fn: (...args: Args) => T,
    ...columns: Columns<Args>
  ): AsyncGenerator<Awaited<T>, undefined, undefined>
  map<Args extends readonly unknown[], T>(
    fn: (...args: Args) => T,
    ...rest: [...columns: Columns<Args>, options: ExecutorMapOptions]
  ): AsyncGenerator<Awaited<T>, undefined, undefined>
  map(fn: AnyFunction, ...rest: readonly unknown[]): AsyncGenerator<unknown, undefined, undefined> {
    this.#checkOpen()
    const usage = 'executor.map(fn, items)'
    checkFunction(fn, usage)
    const columns = isOptions(rest.at(-1)) ? rest.slice(0, -1) : rest
    const { timeout, chunksize } = readOptions('map', mapRules, rest[columns.length])
    if (columns.length === 0) throw new TypeError(`cannot call a function for each of nothing; write ${usage}`)
    for (const column of columns) checkIterable(column, usage)
    const runner = this.#group.runner('generator', chunksize)
    const [first, ...others] = columns as readonly [Items<unknown>, ...Items<unknown>[]]
    const results = others.length === 0 ? runner.map(first, fn) : runner(tasksOfRows(fn, zip([first, ...others])))
    return allInTime(results as AsyncGenerator<unknown, undefined, undefined>, timeout, 'map')
  }

  /** Take no more calls, and end the workers when all is done. @returns When that is so, unless `wait` is false. */
  async shutdown(options?: ShutdownOptions): Promise<void> {
    const { wait = true, cancelFutures = false } = readOptions('shutdown', shutdownRules, options)
    this.#isOver = true
    if (cancelFutures)
      this.#group.queue.cancelWaiting(new CancelledError('cannot give a result: its executor was shut down before its call began'))
    const over = this.#group.finish()
    if (wait) await over
  }

  /** {@link Executor.shutdown}, called at the end of the block by `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown()
  }

  #checkOpen(): void {
    if (this.#isOver) throw new ContextError('cannot take a call: the executor was shut down; make another one')
  }
}

/**
 * How an executor is called.
 *
 * @example
 * ```ts
 * import { type ExecutorFunction, ProcessPoolExecutor, ThreadPoolExecutor } from 'joblet/futures'
 *
 * const kind: ExecutorFunction = process.argv.includes('--threads') ? ThreadPoolExecutor : ProcessPoolExecutor
 * const executor = kind({ maxWorkers: 2 })
 * console.log(await executor.submit(Math.sqrt, 9)) // 3
 * await executor.shutdown()
 * ```
 * @category Executors
 */
export interface ExecutorFunction {
  /** @param options A number is that of the workers. */
  <const Args extends readonly unknown[] = []>(options?: ExecutorOptions<Args> | number): Executor
  new <const Args extends readonly unknown[] = []>(options?: ExecutorOptions<Args> | number): Executor
  readonly prototype: Executor
}

const executor = (name: string, backend: 'threads' | 'processes'): ExecutorFunction =>
  callable(
    name,
    class extends Executor {
      constructor(options?: unknown) {
        super(name, backend, options)
      }
    },
  )

/**
 * Calls on processes.
 *
 * @throws {OptionError} With every unknown or wrong option.
 * @example
 * ```ts
 * import { ProcessPoolExecutor } from 'joblet/futures'
 *
 * const executor = ProcessPoolExecutor({ maxWorkers: 2 })
 * console.log(await executor.submit(Math.pow, 2, 5)) // 32
 * await executor.shutdown()
 * ```
 * @category Executors
 */
export const ProcessPoolExecutor: ExecutorFunction = executor('ProcessPoolExecutor', 'processes')

/**
 * Calls on worker threads; otherwise as {@link ProcessPoolExecutor}.
 *
 * @example
 * ```ts
 * import { ThreadPoolExecutor } from 'joblet/futures'
 *
 * const executor = ThreadPoolExecutor(2)
 * const futures = ['1', '2'].map((text) => executor.submit(JSON.parse, text))
 * console.log(await Promise.all(futures)) // [ 1, 2 ]
 * await executor.shutdown()
 * ```
 * @category Executors
 */
export const ThreadPoolExecutor: ExecutorFunction = executor('ThreadPoolExecutor', 'threads')

export type { Executor }
