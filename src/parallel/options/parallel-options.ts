/** The options of `Parallel`: what a person writes, and what a run works with once `read-options.ts` has read them. */
import type { Backend } from '../../backend/backend.js'
import type { BackendFactory } from '../../backend/registry.js'
import type { ResolvedWorkerOptions, WorkerOptions } from '../../backend/worker-options.js'
import type { OutputLine } from '../../report/output-line.js'
import type { Progress } from '../../report/progress.js'
import type { Retries } from '../../task.js'
import type { RetryPolicy } from './retry.js'

/**
 * The backends that come with joblet.
 *
 * @example
 * ```ts
 * import { delayed, type OwnBackend, Parallel } from 'joblet'
 *
 * for (const backend of ['threads', 'processes', 'async', 'sequential'] satisfies OwnBackend[])
 *   console.error(backend, await Parallel({ backend, nJobs: 2 })([delayed(() => process.pid)()]))
 * ```
 * @category Workers and backends
 */
export type OwnBackend = 'threads' | 'processes' | 'async' | 'sequential'

/**
 * Names of backends that a program registers, for the compiler: declare them where they are registered.
 *
 * @example
 * ```ts
 * import type { ParallelOptions } from 'joblet'
 *
 * declare module 'joblet' {
 *   interface RegisteredBackends {
 *     cluster: true
 *   }
 * }
 * const options: ParallelOptions = { backend: 'cluster' } // a misspelt name is found
 * ```
 * @category A backend of your own
 */
// biome-ignore lint/suspicious/noEmptyInterface: programs add to it
export interface RegisteredBackends {}

/**
 * A backend by name: joblet's own, and those that {@link registerBackend} has been given and {@link RegisteredBackends} tells of.
 *
 * @example
 * ```ts
 * import { type BackendName, delayed, Parallel } from 'joblet'
 *
 * const backend: BackendName = process.argv.includes('--debug') ? 'sequential' : 'threads'
 * console.log(await Parallel({ backend, nJobs: 2 })([delayed(Math.sqrt)(9)])) // [ 3 ]
 * ```
 * @category Workers and backends
 */
export type BackendName = OwnBackend | Extract<keyof RegisteredBackends, string>

/**
 * What a run gives back: one array at the end, or values as they come.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type ReturnAs } from 'joblet'
 *
 * const returnAs = 'generator_unordered' satisfies ReturnAs
 * for await (const root of Parallel({ nJobs: 2, returnAs })([delayed(Math.sqrt)(9)])) console.log(root)
 * ```
 * @category Run tasks
 */
export type ReturnAs = 'list' | 'generator' | 'generator_unordered'

/**
 * What a run does about a task that fails.
 *
 * @example
 * ```ts
 * import { delayed, type OnError, Parallel } from 'joblet'
 *
 * const strict = (isStrict: boolean): OnError => (isStrict ? 'throw' : 'collect')
 * const [first] = await Parallel({ nJobs: 2, onError: strict(false) })([delayed(JSON.parse)('{')])
 * console.log(first._tag) // Left
 * ```
 * @category Run tasks
 */
export type OnError = 'throw' | 'collect'

/**
 * What `Parallel` takes. An option that is `undefined` counts as not given.
 *
 * @example
 * ```ts
 * import { Parallel, type ParallelOptions } from 'joblet'
 *
 * const options: ParallelOptions = { nJobs: -2, timeout: 60_000, retries: 2, onProgress: ({ done }) => console.error(`${done} done`) }
 * console.log(await Parallel(options).map([1, 4], Math.sqrt)) // [ 1, 2 ]
 * ```
 * @category Run tasks
 */
export interface ParallelOptions extends WorkerOptions {
  /** Workers: a count, or -1 for all usable CPUs, -2 for all but one, and so on. An explicit 1 runs inline where nothing needs a worker. @default all usable CPUs; 1, inline, inside a worker */
  readonly nJobs?: number | undefined
  /** How tasks run: `'threads'`, `'processes'`, `'async'` (on this event loop, `nJobs` in flight: for I/O), `'sequential'`, a registered name, or an object. @default 'threads' */
  readonly backend?: BackendName | Backend | undefined
  /** A hint, for callers who leave `backend` to others: which workers suit the tasks. Ignored when `backend` is given. @default none */
  readonly prefer?: 'threads' | 'processes' | undefined
  /** `'sharedmem'`: tasks must see the caller's own objects, so they run on this event loop (`'async'`). @default none */
  readonly require?: 'sharedmem' | undefined
  /** An array in the order of the input, or an async generator in that order, or one that yields results as they finish. @default 'list' */
  readonly returnAs?: ReturnAs | undefined
  /** `'throw'`: the first failure rejects and cancels the rest. `'collect'`: every task that was pulled gives an `Outcome`; after an abort, tasks that were not have none. @default 'throw' */
  readonly onError?: OnError | undefined
  /** Tasks per batch; `'auto'` measures and adapts. @default 'auto' */
  readonly batchSize?: number | 'auto' | undefined
  /** Batches pulled from the input and not settled yet: a count, `'all'`, or an expression of `nJobs` with `+ - * / // % **`. @default '2*nJobs' */
  readonly preDispatch?: number | string | undefined
  /** Milliseconds each task may run, from the moment it starts; then its worker is stopped. @default Infinity */
  readonly timeout?: number | undefined
  /** Milliseconds the whole run may take, from its start; then it is called off, as by `signal`, with a {@link DeadlineError}. @default Infinity */
  readonly deadline?: number | undefined
  /** How often a task is tried again after its worker crashed; an object says it for tasks that threw or ran too long, too, and how long to wait before. @default 0 */
  readonly retries?: number | Retries | undefined
  /** Milliseconds that a task may take to end by itself once its `taskContext().signal` has fired; then its worker is ended. 0 is at once. @default 20 */
  readonly graceMs?: number | undefined
  /** Typed arrays, Buffers, DataViews and ArrayBuffers of so many bytes travel once per run, however many tasks take them; each task gets a copy of its own all the same. A number of bytes, or a text such as `'64M'`; `null`: they travel with each task. @default '1M' */
  readonly maxNbytes?: number | string | null | undefined
  /** Processes: the folder for files in which large data travels; none of them outlives its run. @default `/dev/shm` while it has room, else the system's folder for temporary files */
  readonly tempFolder?: string | URL | undefined
  /** Cancels the run when it aborts. @default none */
  readonly signal?: AbortSignal | undefined
  /** Called after each task, and when a task reports how far it is; an error it throws rejects the run. @default none */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Called with each line that a worker prints for this run, until the run settles; those lines go nowhere else. An error it throws rejects the run. For workers: `'async'` and `'sequential'` refuse it. @default none: lines go to this program's own stdout and stderr */
  readonly onOutput?: ((line: OutputLine) => void) | undefined
  /** Milliseconds in which nothing moves (no worker starts, no batch goes out, no task ends or reports) before a warning says which tasks run, and since when; a slow input or reader is not warned of. `null` or `Infinity`: never. @default 300_000 */
  readonly stallMs?: number | null | undefined
  /** Progress lines on stderr, by joblib's levels: 0 is silent, up to 10 they get denser, above 10 each batch has one. `true` is 1. @default 0 */
  readonly verbose?: number | boolean | undefined
}

/**
 * Options that a config may set: all but those that say what comes out, which the caller of `Parallel` counts on.
 *
 * @example
 * ```ts
 * import { Parallel, type ParallelDefaults } from 'joblet'
 *
 * // A function of a library that lets its caller say how it runs, but not what comes out.
 * const roots = (numbers: readonly number[], how: ParallelDefaults = {}): Promise<number[]> => Parallel(how).map(numbers, Math.sqrt)
 * console.log(await roots([1, 4], { nJobs: 2, backend: 'processes' })) // [ 1, 2 ]
 * ```
 * @category Run tasks
 */
export type ParallelDefaults = Omit<ParallelOptions, 'returnAs' | 'onError'>

/** What a run works with: checked, hints resolved, defaults filled in. */
export interface ResolvedOptions {
  /** Tasks at a time, from 1; 1 on `'sequential'`. */
  readonly nJobs: number
  readonly backend: BackendName | Backend
  /** Makes the backend, where that is a registered name. */
  readonly factory: BackendFactory | undefined
  readonly returnAs: ReturnAs
  readonly onError: OnError
  readonly batchSize: number | 'auto'
  /** Batches, from 1; `Infinity` for `'all'`. */
  readonly preDispatch: number
  /** Milliseconds; undefined for none. */
  readonly timeout: number | undefined
  /** Milliseconds; undefined for none. */
  readonly deadline: number | undefined
  readonly retries: RetryPolicy
  readonly graceMs: number
  /** Bytes; Infinity for none. */
  readonly maxNbytes: number
  readonly tempFolder: string | undefined
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((progress: Progress) => void) | undefined
  readonly onOutput: ((line: OutputLine) => void) | undefined
  /** Milliseconds; Infinity for never. */
  readonly stallMs: number
  /** From 0. */
  readonly verbose: number
  readonly worker: ResolvedWorkerOptions
}

export type { ResolvedWorkerOptions, ResourceLimits, WorkerOptions } from '../../backend/worker-options.js'
