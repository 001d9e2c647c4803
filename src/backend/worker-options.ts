/** The options that workers are started with. */

/**
 * Memory limits of a worker thread, in MiB; see Node's `resourceLimits`. On processes the heap limits become V8 flags.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type ResourceLimits } from 'joblet'
 *
 * const resourceLimits: ResourceLimits = { maxOldGenerationSizeMb: 256, stackSizeMb: 8 }
 * console.log(await Parallel({ nJobs: 2, resourceLimits })([delayed(Math.sqrt)(9)])) // [ 3 ]
 * ```
 * @category Workers and backends
 */
export interface ResourceLimits {
  readonly maxOldGenerationSizeMb?: number | undefined
  readonly maxYoungGenerationSizeMb?: number | undefined
  readonly codeRangeSizeMb?: number | undefined
  readonly stackSizeMb?: number | undefined
}

/**
 * Options of workers; pools whose options are equal share their workers.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type WorkerOptions } from 'joblet'
 *
 * const leaky: WorkerOptions = { maxMemory: '512M', maxTasksPerWorker: 100, env: { LOG_LEVEL: 'warn' } }
 * const level = (): string | undefined => process.env['LOG_LEVEL']
 * console.log(await Parallel({ ...leaky, nJobs: 2, backend: 'processes' })([delayed(level)()])) // [ 'warn' ]
 * ```
 * @category Workers and backends
 */
export interface WorkerOptions {
  /** Environment variables, on top of this process's own; `undefined` removes one. @default {} */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Command line flags of Node for each worker. @default process.execArgv */
  readonly execArgv?: readonly string[] | undefined
  /** Memory limits of each worker; a worker that passes them crashes alone. @default none */
  readonly resourceLimits?: ResourceLimits | undefined
  /** What each worker may use: a process in all (its resident size), a thread in its heap and array buffers. A number of bytes, or a text such as `'512M'`. A worker that is over it between tasks is replaced; a task during which it is passed has crashed. @default Infinity */
  readonly maxMemory?: number | string | undefined
  /** Called once in each worker before its first task; what it returns (or resolves to) is `taskContext().state`. @default none */
  readonly initializer?: (() => unknown) | undefined
  /** Tasks after which a worker is replaced by a fresh one. @default Infinity */
  readonly maxTasksPerWorker?: number | undefined
  /** Where joblet's worker file is: a `file:` URL, or a path, from the working directory if relative. For an app that bundles joblet. @default joblet's own file */
  readonly workerUrl?: string | URL | undefined
}

/** The worker options of a run, checked; absent where not given. */
export interface ResolvedWorkerOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly execArgv?: readonly string[]
  readonly resourceLimits?: ResourceLimits
  /** Bytes. */
  readonly maxMemory?: number
  /** Called once in each worker before its first task. */
  readonly initializer?: () => unknown
  readonly maxTasksPerWorker?: number
  /** An absolute `file:` URL. */
  readonly workerUrl?: URL
}
