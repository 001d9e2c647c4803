/** `Pool`: workers of its own, and the ways in which Python hands them work. */
import { ContextError } from '../errors.js'
import { readOptions } from '../options.js'
import type { WorkerGroup } from '../parallel/queue/worker-group.js'
import { integer, oneOf } from '../rules.js'
import { type AnyFunction, taskOf } from '../task.js'
import { type AsyncResult, type CallbackOptions, promised } from './async-result.js'
import { callable } from './callable.js'
import { checkArray, checkFunction, checkIterable } from './checks.js'
import { orNone, type PoolOptions, poolRules, readPoolOptions, startGroup } from './pool-options.js'
import { type Items, tasksOfRows } from './rows.js'

/**
 * How many tasks travel together.
 *
 * @example
 * ```ts
 * import { type ChunkOptions, Pool } from 'joblet/multiprocessing'
 *
 * const inHundreds: ChunkOptions = { chunksize: 100 }
 * const pool = Pool({ processes: 2, backend: 'threads' })
 * console.log((await pool.map(Math.sqrt, new Float64Array(1_000), inHundreds)).length) // 1000
 * pool.close()
 * ```
 * @category Pools
 */
export interface ChunkOptions {
  /** Tasks per message to a worker, from 1. @default as many as their cost suggests */
  readonly chunksize?: number | null | undefined
}

const rules = { ...poolRules('processes', 'maxtasksperchild'), backend: oneOf('processes', 'threads') }
const chunkRules = { chunksize: orNone(integer({ min: 1 })) }

class OnePool {
  readonly #group: WorkerGroup
  #state: 'running' | 'closed' | 'terminated' = 'running'

  constructor(options?: unknown) {
    const { backend = 'processes', processes, maxtasksperchild, ...rest } = readPoolOptions('Pool', rules, 'processes', options)
    this.#group = startGroup(backend, processes, maxtasksperchild, rest)
    this.#group.belongsTo(this)
    this.#group.queue.open()
  }

  /**
   * Call `fn` with each item, in chunks that size themselves. @returns The results, in the order of the items.
   *
   * @throws What a call threw; the others are called off. {@link ContextError} after `close()`.
   */
  map<Item, T>(fn: (item: Item) => T, items: Items<Item>, options?: ChunkOptions): Promise<Awaited<T>[]> {
    return this.#run('list', 'map', fn, items, options) as Promise<Awaited<T>[]>
  }

  /** As `map`, with each row as the arguments of a call. */
  starmap<Args extends readonly unknown[], T>(fn: (...args: Args) => T, rows: Items<Args>, options?: ChunkOptions): Promise<Awaited<T>[]> {
    return this.#run('list', 'starmap', fn, rows, options) as Promise<Awaited<T>[]>
  }

  /** As `map`; gives a handle on what is to come. */
  mapAsync<Item, T>(
    fn: (item: Item) => T,
    items: Items<Item>,
    { callback, errorCallback, ...options }: ChunkOptions & CallbackOptions<Awaited<T>[]> = {},
  ): AsyncResult<Awaited<T>[]> {
    return promised(this.map(fn, items, options), { callback, errorCallback })
  }

  /** As `starmap`; gives a handle on what is to come. */
  starmapAsync<Args extends readonly unknown[], T>(
    fn: (...args: Args) => T,
    rows: Items<Args>,
    { callback, errorCallback, ...options }: ChunkOptions & CallbackOptions<Awaited<T>[]> = {},
  ): AsyncResult<Awaited<T>[]> {
    return promised(this.starmap(fn, rows, options), { callback, errorCallback })
  }

  /** Call `fn` with each item. @returns The results one by one, in the order of the items; a slow reader slows the input. */
  imap<Item, T>(fn: (item: Item) => T, items: Items<Item>, options?: ChunkOptions): AsyncGenerator<Awaited<T>, undefined, undefined> {
    return this.#run('generator', 'imap', fn, items, options) as AsyncGenerator<Awaited<T>, undefined, undefined>
  }

  /** As `imap`, with each result as soon as it is there. */
  imapUnordered<Item, T>(
    fn: (item: Item) => T,
    items: Items<Item>,
    options?: ChunkOptions,
  ): AsyncGenerator<Awaited<T>, undefined, undefined> {
    return this.#run('generator_unordered', 'imapUnordered', fn, items, options) as AsyncGenerator<Awaited<T>, undefined, undefined>
  }

  /** Call `fn` in a worker. @returns What it gives. @throws What it throws. */
  apply<T>(fn: () => T): Promise<Awaited<T>>
  apply<Args extends readonly unknown[], T>(fn: (...args: Args) => T, args: Args): Promise<Awaited<T>>
  apply(fn: AnyFunction, args?: readonly unknown[]): Promise<unknown> {
    return this.#apply(fn, args)
  }

  /** As `apply`; gives a handle on what is to come. */
  applyAsync<T>(fn: () => T, args?: readonly [], options?: CallbackOptions<Awaited<T>>): AsyncResult<Awaited<T>>
  applyAsync<Args extends readonly unknown[], T>(
    fn: (...args: Args) => T,
    args: Args,
    options?: CallbackOptions<Awaited<T>>,
  ): AsyncResult<Awaited<T>>
  applyAsync(fn: AnyFunction, args?: readonly unknown[], options?: CallbackOptions<unknown>): AsyncResult<unknown> {
    return promised(this.#apply(fn, args), options)
  }

  /** Take no more work; what was handed over is done. */
  close(): void {
    if (this.#state === 'running') this.#state = 'closed'
  }

  /** Stop what runs, drop what waits, and end the workers. */
  terminate(): void {
    this.#state = 'terminated'
    this.#group.terminate(new ContextError('cannot give a result: its pool was terminated before it was there'))
    void this.#group.finish()
  }

  /** Wait until all work is done and the workers have ended. @throws {ContextError} Before `close()` or `terminate()`. */
  async join(): Promise<void> {
    if (this.#state === 'running') throw new ContextError('cannot join a pool that is still running; call close() or terminate() first')
    await this.#group.finish()
  }

  /** {@link Pool.terminate} and {@link Pool.join}, called at the end of the block by `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.terminate()
    await this.join()
  }

  #run(returnAs: 'list' | 'generator' | 'generator_unordered', word: string, fn: unknown, items: unknown, options: unknown): unknown {
    this.#checkRunning()
    const usage = `pool.${word}(fn, items)`
    checkFunction(fn, usage)
    checkIterable(items, usage)
    const { chunksize } = readOptions(word, chunkRules, options)
    const runner = this.#group.runner(returnAs, chunksize)
    return word === 'starmap' ? runner(tasksOfRows(fn, items)) : runner.map(items, fn)
  }

  #apply(fn: unknown, args: readonly unknown[] = []): Promise<unknown> {
    this.#checkRunning()
    checkFunction(fn, 'pool.apply(fn, [x])')
    checkArray(args, 'pool.apply(fn, [x])')
    return this.#group.queue.call(taskOf(fn, args))
  }

  #checkRunning(): void {
    if (this.#state !== 'running') throw new ContextError(`cannot take work: Pool not running, it was ${this.#state}; make another one`)
  }
}

/**
 * See {@link Pool}.
 *
 * @example
 * ```ts
 * import { Pool } from 'joblet/multiprocessing'
 *
 * const roots = (pool: Pool, numbers: readonly number[]): Promise<number[]> => pool.map(Math.sqrt, numbers)
 * const pool = Pool({ processes: 2 })
 * console.log(await roots(pool, [1, 4])) // [ 1, 2 ]
 * pool.close()
 * ```
 * @category Pools
 */
export interface Pool extends OnePool {}

/**
 * How `Pool` is called.
 *
 * @example
 * ```ts
 * import { Pool, type PoolFunction } from 'joblet/multiprocessing'
 *
 * const roots = async (of: PoolFunction): Promise<number[]> => {
 *   const pool = of({ processes: 2, backend: 'threads' })
 *   const values = await pool.map(Math.sqrt, [1, 4, 9])
 *   pool.close()
 *   return values
 * }
 * console.log(await roots(Pool)) // [ 1, 2, 3 ]
 * ```
 * @category Pools
 */
export interface PoolFunction {
  /** @param options A number is that of the workers. */
  <const Args extends readonly unknown[] = []>(options?: PoolOptions<Args> | number): Pool
  new <const Args extends readonly unknown[] = []>(options?: PoolOptions<Args> | number): Pool
  readonly prototype: Pool
}

/**
 * Workers of its own: started at once, warm until it is closed. They never keep a script alive by themselves.
 *
 * @throws {OptionError} With every unknown or wrong option.
 * @example
 * ```ts
 * import { Pool } from 'joblet/multiprocessing'
 *
 * const pool = Pool({ processes: 2 })
 * console.log(await pool.map(Math.sqrt, [1, 4, 9])) // [ 1, 2, 3 ]
 * console.log(await pool.starmap(Math.pow, [[2, 5], [3, 2]])) // [ 32, 9 ]
 * pool.close()
 * await pool.join()
 * ```
 * @category Pools
 */
export const Pool: PoolFunction = callable('Pool', OnePool)
