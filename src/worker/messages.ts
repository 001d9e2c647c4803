/** What a run's side and a worker tell one another beside batches and their replies: plain data. */
import type { Parcel } from '../function/parcel/parcel.js'
import type { Batch, LargeResults, PackedError, Reply } from './batch.js'
import type { StopReason } from './stop-reason.js'

/** What a batch is about: sent when somebody has to know, for a timeout or because the batch is there to find out who ends its worker. */
export interface Mark {
  readonly type: 'mark'
  readonly batch: number
  /** The call; -1 while the batch begins, and no call can be blamed. */
  readonly at: number
  /** Whether the call runs now: it may be still to come, while modules are loaded, or over, while its result is packed. */
  readonly runs: boolean
}

/** A run's batches that have not begun are dropped, and nothing of that run is on this worker any more. */
export interface Dropped {
  readonly type: 'dropped'
  readonly run: number
}

/** The worker ends by itself. A busy machine may take longer over that than a call's timeout allows; the word shows that it was not ended for that. */
export interface Exit {
  readonly type: 'exit'
  readonly code: number
}

/**
 * No call is to blame, but the worker should get no more: it uses more memory than it may, and of a batch that waits there, one call runs; or it cannot
 * write down any more what it begins, and no call does.
 */
export interface Full {
  readonly type: 'full'
}

/** What came as a batch could not be read: the file of an array is gone, or there is no memory for it. None of its calls began. */
export interface Unread {
  readonly type: 'unread'
  readonly batch: number
  readonly why: string
}

/**
 * What a task says of itself while it runs: the part that is done, from 0 to 1, or a text.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type TaskProgress, taskContext } from 'joblet'
 *
 * const report = (progress: TaskProgress): void => taskContext().reportProgress(progress)
 * const train = (): string => {
 *   report('loading')
 *   report(0.5)
 *   return 'trained'
 * }
 * console.log(await Parallel({ nJobs: 2 })([delayed(train)()])) // [ 'trained' ]
 * ```
 * @category What happens
 */
export type TaskProgress = number | string

/**
 * A call tells how far it has come.
 *
 * @example
 * ```ts
 * import { type Batch, type Report, serveBatch } from 'joblet'
 *
 * // At the far end, where somebody hears how far calls have come.
 * const serve = (batch: Batch, send: (message: object) => void): Promise<void> =>
 *   serveBatch(batch, send, batch.isHeard ? (report: Report) => send(report) : undefined)
 * ```
 * @category A backend of your own
 */
export interface Report {
  readonly type: 'report'
  readonly batch: number
  readonly at: number
  readonly progress: TaskProgress
}

export type FromWorker = Reply | Mark | Dropped | Exit | Report | Full | Unread

/** Forget a run: its functions, and its batches that have not begun; the call that runs is to stop. Answered by {@link Dropped}. */
export interface Drop {
  readonly type: 'drop'
  readonly run: number
  readonly reason: StopReason
}

/** The call at `at` has run too long: it is to stop, and none after it is to begin. Answered by the batch's end. */
export interface Stop {
  readonly type: 'stop'
  readonly batch: number
  readonly at: number
  readonly timeoutMs: number
}

/** Forget runs of which nothing is left. Not answered. */
export interface Forget {
  readonly type: 'forget'
  readonly runs: readonly number[]
}

export type ToWorker = Batch | Drop | Stop | Forget

/** What a worker is told when it starts. */
export interface WorkerSetup {
  readonly workerId: number
  readonly depth: number
  readonly cpus: number
  /** The program's entry scripts: never loaded again in a worker. */
  readonly entryUrls: readonly string[]
  readonly parentPid: number
  readonly initializer?: Parcel
  /** Bytes that it may use. */
  readonly maxMemory?: number | undefined
  /** Processes: how large results travel, unless a batch says otherwise. */
  readonly largeResults?: LargeResults
  /** Processes: the file of its ledger. */
  readonly ledgerFile?: string
  /** Threads: the memory of its ledger. */
  readonly ledger?: Int32Array
  /** Threads: where they note that they load files. */
  readonly loads?: Int32Array
  /** Threads: where processes are noted that this thread starts, so that they end with it. */
  readonly processes?: readonly Int32Array[]
  /** Variables that joblet set in the worker's environment. */
  readonly threadLimits?: Readonly<Record<string, string>>
}

/** How a worker's start ended. */
export type SetupReply =
  | { readonly ok: true; readonly pid?: number; readonly threadId?: number }
  /** `module`: could not be loaded; sent by value, the initializer may still run. */
  | { readonly ok: false; readonly error: PackedError; readonly module?: string }
