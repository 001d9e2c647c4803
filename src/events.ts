/** What happens in a run, told as it happens: the one stream that progress, verbose output and reports read. */
import type { FailureKind } from './failure.js'

/** One thing that happened. Times are milliseconds since the run began. */
export type RunEvent =
  | { readonly type: 'run-started'; readonly backend: string; readonly workers: number; readonly total: number | undefined }
  | { readonly type: 'batch-sent'; readonly atMs: number; readonly batch: number; readonly tasks: number }
  | { readonly type: 'batch-settled'; readonly atMs: number; readonly batch: number; readonly tasks: number; readonly busyMs: number }
  | { readonly type: 'batch-sized'; readonly atMs: number; readonly size: number; readonly taskMs: number }
  | { readonly type: 'task-settled'; readonly atMs: number; readonly index: number; readonly failure: FailureKind | undefined }
  | { readonly type: 'task-retried'; readonly atMs: number; readonly index: number; readonly attempt: number }
  | { readonly type: 'worker-lost'; readonly atMs: number; readonly exitCode: number | undefined; readonly signal: string | undefined }
  | { readonly type: 'input-ended'; readonly atMs: number; readonly total: number }
  | { readonly type: 'run-settled'; readonly atMs: number; readonly done: number; readonly failed: number }

/** Hears events, in the order in which they happen. */
export type Listener = (event: RunEvent) => void
