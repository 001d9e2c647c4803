/** The port behind which batches get run: threads and processes are two backends, a caller's own object is another. */
import type { Batch, Reply } from '../worker/batch.js'
import type { Report } from '../worker/messages.js'

/**
 * A way to run batches elsewhere.
 *
 * @example
 * ```ts
 * import { type Backend, delayed, Parallel, serveBatch } from 'joblet'
 *
 * const here: Backend = {
 *   name: 'here',
 *   open: () => ({
 *     run: async (batch, onReply) => {
 *       await serveBatch(batch, onReply)
 *       return { kind: 'done' }
 *     },
 *     cancel: () => undefined,
 *     close: async () => undefined,
 *   }),
 * }
 * console.log(await Parallel({ backend: here })([delayed(Math.sqrt)(9)])) // [ 3 ]
 * ```
 * @category A backend of your own
 */
export interface Backend {
  readonly name: string
  /** Whether workers see the program's SharedArrayBuffers. @default false */
  readonly sharesMemory?: boolean
  /** Workers for one run. Called once per run; what it costs to keep workers warm is the backend's own business. */
  open(request: PoolRequest): WorkerPool | Promise<WorkerPool>
  /** Made by what `registerBackend` was given: the `Parallel` that it was made for has been closed, and its runs are over. */
  close?(): void | Promise<void>
}

/**
 * What a run asks of a backend.
 *
 * @example
 * ```ts
 * import type { PoolRequest } from 'joblet'
 *
 * // In a backend's `open`: no more workers than there are tasks.
 * const workersFor = ({ nJobs, tasks = nJobs }: PoolRequest): number => Math.min(nJobs, tasks)
 * console.log(workersFor({ nJobs: 8, tasks: 3, onWorkerLost: () => undefined })) // 3
 * ```
 * @category A backend of your own
 */
export interface PoolRequest {
  /** Workers that the run may use at a time. */
  readonly nJobs: number
  /** Tasks of the whole input, where that is known: fewer workers may do. */
  readonly tasks: number | undefined
  /** Hears of workers that ended though nobody asked them to; `worker` is the number, where that is known. */
  readonly onWorkerLost: (how: WorkerLoss, worker?: number) => void
  /** Hears of workers that have started meanwhile. */
  readonly onWorkerStarted?: ((started: WorkerStart) => void) | undefined
  /** Hears which worker a batch goes to. It may have to wait there for the one before. */
  readonly onAssigned?: ((batch: number, worker: number) => void) | undefined
  /** Hears where a batch is, before each of its replies, and before an end without one. Without it, {@link RunStats} do not say who was busy. */
  readonly onRide?: ((ride: BatchRide) => void) | undefined
  /** Hears what workers print for this run, in order and whole; there if the run wants it, and then it goes nowhere else. */
  readonly onOutput?: ((line: PrintedLine) => void) | undefined
}

/**
 * A worker that has started.
 *
 * @example
 * ```ts
 * import type { PoolRequest, WorkerStart } from 'joblet'
 *
 * // In a backend's `open`, once a worker is there; `joblet:worker-started` then tells of it.
 * const tell = ({ onWorkerStarted }: PoolRequest, worker: number, pid: number, beganMs: number): void => {
 *   const started: WorkerStart = { worker, pid, bootMs: performance.now() - beganMs }
 *   onWorkerStarted?.(started)
 * }
 * ```
 * @category A backend of your own
 */
export interface WorkerStart {
  readonly worker: number
  /** Processes. */
  readonly pid?: number | undefined
  /** Threads. */
  readonly threadId?: number | undefined
  /** Milliseconds that it took, its initializer included. */
  readonly bootMs: number
}

/**
 * Where a batch is, or has been.
 *
 * @example
 * ```ts
 * import type { BatchRide, PoolRequest, Reply } from 'joblet'
 *
 * // In a pool's `run`, before it hands a reply on; `stats()` then says who was busy.
 * const tell = ({ onRide }: PoolRequest, { batch }: Reply, worker: number, beganMs: number): void => {
 *   const ride: BatchRide = { batch, worker, waitedMs: 0, onWorkerMs: performance.now() - beganMs }
 *   onRide?.(ride)
 * }
 * ```
 * @category A backend of your own
 */
export interface BatchRide {
  readonly batch: number
  readonly worker: number
  /** Milliseconds until that worker could begin it. */
  readonly waitedMs: number
  /** Milliseconds from then on. */
  readonly onWorkerMs: number
}

/**
 * A batch that a worker is busy with.
 *
 * @example
 * ```ts
 * import type { RunningBatch } from 'joblet'
 *
 * // What a pool's `running` gives, of the batches that it has sent and not heard the end of.
 * const sent = new Map([[7, { worker: 1, atMs: performance.now() }]])
 * const running = (): RunningBatch[] =>
 *   [...sent].map(([batch, { worker, atMs }]) => ({ batch, worker, at: undefined, forMs: performance.now() - atMs }))
 * ```
 * @category A backend of your own
 */
export interface RunningBatch {
  readonly batch: number
  readonly worker: number
  /** The call that runs; undefined where the worker does not tell. */
  readonly at: number | undefined
  /** Milliseconds since it could begin. */
  readonly forMs: number
}

/**
 * A line that a worker printed.
 *
 * @example
 * ```ts
 * import type { PoolRequest, PrintedLine } from 'joblet'
 *
 * // In a pool, for each line that comes from a worker's stdout.
 * const tell = ({ onOutput }: PoolRequest, worker: number, text: string): void => {
 *   const line: PrintedLine = { text, stream: 'stdout', worker }
 *   if (onOutput === undefined) console.log(text)
 *   else onOutput(line)
 * }
 * ```
 * @category A backend of your own
 */
export interface PrintedLine {
  /** Without its newline. */
  readonly text: string
  readonly stream: 'stdout' | 'stderr'
  /** The worker's number. */
  readonly worker: number
  /** The batch whose call printed it, and that call's position; neither, where no call did. */
  readonly batch?: number
  readonly at?: number
}

/**
 * Running workers, as one run sees them.
 *
 * @example
 * ```ts
 * import { serveBatch, type WorkerPool } from 'joblet'
 *
 * // Runs batches in this very process: what a backend's `open` may give.
 * const pool: WorkerPool = {
 *   run: async (batch, onReply) => {
 *     await serveBatch(batch, onReply)
 *     return { kind: 'done' }
 *   },
 *   cancel: () => undefined,
 *   close: async () => undefined,
 * }
 * ```
 * @category A backend of your own
 */
export interface WorkerPool {
  /**
   * Run a batch.
   *
   * @param onReply Hears what its calls came to, in order, at the latest before the promise resolves.
   * @param onGiven May be told that the calls from `from` on have not begun and will not: they come again, in other batches, for whoever is idle.
   * @param onReport May be told how far a call has come.
   * @throws When the pool can run nothing at all, such as when no worker can be started: the run rejects with that error.
   */
  run(
    batch: Batch,
    onReply: (reply: Reply) => void,
    onGiven?: (from: number) => void,
    onReport?: (report: Report) => void,
  ): Promise<BatchEnd>
  /** Stop what runs and drop what waits, without waiting for either; each batch ends as `cancelled`. `reason` is for the tasks that run. */
  cancel(reason?: unknown): void
  /** What workers are busy with, for whoever wonders why nothing moves. */
  running?(): readonly RunningBatch[]
  /** The run is over: resolves when nothing of it is on a worker any more. */
  close(): Promise<void>
}

/**
 * How a worker ended.
 *
 * @example
 * ```ts
 * import type { WorkerLoss } from 'joblet'
 *
 * // What a child's `exit` event tells.
 * const lossOf = (exitCode: number | null, signal: NodeJS.Signals | null): WorkerLoss => ({
 *   exitCode: exitCode ?? undefined,
 *   signal: signal ?? undefined,
 * })
 * console.log(lossOf(null, 'SIGKILL')) // { exitCode: undefined, signal: 'SIGKILL' }
 * ```
 * @category A backend of your own
 */
export interface WorkerLoss {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  /** The error that ended it, where there was one. */
  readonly cause?: unknown
  /** What it used, where it was ended for that: more than it may, both in bytes. */
  readonly memory?: { readonly used: number; readonly limit: number }
}

/**
 * How a batch ended. Calls without a reply have not finished, and a `returned` batch is to run again, for no fault of its own, with `how` its worker ended before it began, if it did; `at` is the one that was running, where that is known for certain; else `suspects` may say that it is one from `from` up to, but without, `to`, that those before had finished and that those after had not begun. A call that has `timed-out` is not tried again before `left` resolves: when it does not run any more.
 *
 * @example
 * ```ts
 * import type { BatchEnd, WorkerLoss } from 'joblet'
 *
 * // What a pool's `run` resolves to when the worker is gone. Which call is to blame is not known here: joblet finds out.
 * const lost = (how: WorkerLoss): BatchEnd => ({ kind: 'lost', at: undefined, how })
 * console.log(lost({ exitCode: 3, signal: undefined }).kind) // lost
 * ```
 * @category A backend of your own
 */
export type BatchEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'unsendable'; readonly error: unknown }
  | { readonly kind: 'returned'; readonly how?: WorkerLoss }
  | { readonly kind: 'timed-out'; readonly at: number; readonly left?: Promise<void> }
  | {
      readonly kind: 'lost'
      readonly at: number | undefined
      readonly how: WorkerLoss
      readonly suspects?: { readonly from: number; readonly to: number }
    }
