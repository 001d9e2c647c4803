/** The options that pools have, under the names that Python gives them. */
import type { WorkerOptions } from '../backend/worker-options.js'
import { type Read, readOptions, type Table } from '../options.js'
import { workerRules } from '../parallel/options/worker-rules.js'
import { WorkerGroup } from '../parallel/queue/worker-group.js'
import { array, either, exactly, fn, integer, mapped } from '../rules.js'

/**
 * How workers are started; the rest of `Parallel`'s worker options.
 *
 * @example
 * ```ts
 * import { Pool, type StartOptions } from 'joblet/multiprocessing'
 *
 * const start: StartOptions = { env: { LOG_LEVEL: 'warn' }, resourceLimits: { maxOldGenerationSizeMb: 256 } }
 * const pool = Pool({ processes: 1, ...start })
 * console.log(await pool.apply(() => process.env['LOG_LEVEL'])) // warn
 * pool.close()
 * ```
 * @category Workers
 */
export type StartOptions = Pick<WorkerOptions, 'env' | 'execArgv' | 'resourceLimits' | 'workerUrl'>

/**
 * What each worker calls before its first task.
 *
 * @example
 * ```ts
 * import { taskContext } from 'joblet'
 * import { type InitializerOptions, Pool } from 'joblet/multiprocessing'
 *
 * const opening: InitializerOptions<[string]> = { initializer: (name) => ({ name }), initargs: ['orders.db'] }
 * const pool = Pool({ processes: 1, backend: 'threads', ...opening })
 * console.log(await pool.apply(() => taskContext().state)) // { name: 'orders.db' }
 * pool.close()
 * ```
 * @category Workers
 */
export interface InitializerOptions<Args extends readonly unknown[]> {
  /** Called once in each worker before its first task; what it returns (or resolves to) is `taskContext().state`. @default none */
  readonly initializer?: ((...args: Args) => unknown) | null | undefined
  /** What the initializer is called with. @default [] */
  readonly initargs?: Args | undefined
}

/**
 * What `Pool` takes.
 *
 * @example
 * ```ts
 * import { Pool, type PoolOptions } from 'joblet/multiprocessing'
 *
 * const options: PoolOptions<[]> = { processes: 2, maxtasksperchild: 100, backend: 'threads' }
 * const pool = Pool(options)
 * console.log(await pool.map(Math.sqrt, [1, 4, 9])) // [ 1, 2, 3 ]
 * pool.close()
 * ```
 * @category Pools
 */
export interface PoolOptions<Args extends readonly unknown[] = readonly unknown[]> extends StartOptions, InitializerOptions<Args> {
  /** Workers. @default all usable CPUs */
  readonly processes?: number | null | undefined
  /** Tasks after which a worker is replaced by a fresh one. @default none */
  readonly maxtasksperchild?: number | null | undefined
  /** `'threads'` is Python's `ThreadPool`. @default 'processes' */
  readonly backend?: 'processes' | 'threads' | undefined
}

/**
 * What an executor takes.
 *
 * @example
 * ```ts
 * import { type ExecutorOptions, ThreadPoolExecutor } from 'joblet/futures'
 *
 * const options: ExecutorOptions<[]> = { maxWorkers: 2, maxTasksPerChild: 100 }
 * const executor = ThreadPoolExecutor(options)
 * console.log(await executor.submit(Math.sqrt, 9)) // 3
 * await executor.shutdown()
 * ```
 * @category Executors
 */
export interface ExecutorOptions<Args extends readonly unknown[] = readonly unknown[]> extends StartOptions, InitializerOptions<Args> {
  /** Workers; they start as calls need them. @default all usable CPUs */
  readonly maxWorkers?: number | null | undefined
  /** Calls after which a worker is replaced by a fresh one. @default none */
  readonly maxTasksPerChild?: number | null | undefined
}

const { env, execArgv, resourceLimits, workerUrl } = workerRules

/** Rules of {@link StartOptions}. */
export const startRules = { env, execArgv, resourceLimits, workerUrl }

/** None is null. */
export const orNone = <T>(rule: Parameters<typeof either<T, undefined>>[0]) =>
  either(
    rule,
    mapped(exactly(null), () => undefined),
  )

const count = orNone(integer({ min: 1 }))
const common = { ...startRules, initializer: orNone(fn<(...args: readonly unknown[]) => unknown>()), initargs: array }

/** Rules of a pool whose options for "workers" and "tasks per worker" are called so. */
export const poolRules = <Workers extends string, Most extends string>(workers: Workers, most: Most) =>
  ({ ...common, [workers]: count, [most]: count }) as typeof common & Record<Workers | Most, typeof count>

/** The options of `where`; a number is that of the workers. @throws {OptionError} With every problem. */
export const readPoolOptions = <R extends Table>(where: string, rules: R, workers: string, given: unknown): Read<R> =>
  readOptions(where, rules, typeof given === 'number' ? { [workers]: given } : given)

/** Workers of their own, by options that were read. */
export function startGroup(
  backend: 'threads' | 'processes',
  nJobs: number | undefined,
  maxTasksPerWorker: number | undefined,
  { initializer, initargs = [], env, execArgv, resourceLimits, workerUrl }: Read<typeof common>,
): WorkerGroup {
  const initialize = initializer === undefined || initargs.length === 0 ? initializer : () => initializer(...initargs)
  return new WorkerGroup({ backend, nJobs, maxTasksPerWorker, initializer: initialize, env, execArgv, resourceLimits, workerUrl })
}
