/** How many tasks travel together. Pure. */

/** What is known of the tasks' cost. */
export interface BatchState {
  /** Tasks per batch. */
  readonly size: number
  /** What a task costs in the worker, smoothed, in milliseconds; undefined before the first answer. */
  readonly taskMs: number | undefined
}

/** The first batches hold one task each: nobody knows yet what one costs. */
export const firstBatches: BatchState = { size: 1, taskMs: undefined }

// A batch costs 0.05 to 0.1 ms of travel: at 5 ms that is 2 %, and the last batch of a run keeps the other workers waiting no longer.
const targetMs = 5
// One answer may be wrong about the tasks to come, so sizes grow by steps: 1, 8, 64, 512 ... reach any size in a few batches.
const growth = 8
const maxSize = 1 << 16

/** Learn from a batch that is back. */
export function afterBatch(state: BatchState, tasks: number, busyMs: number): BatchState {
  const sample = busyMs / tasks
  const taskMs = state.taskMs === undefined ? sample : (state.taskMs + sample) / 2
  const ideal = Math.floor(targetMs / Math.max(taskMs, targetMs / maxSize))
  return { size: Math.max(1, Math.min(ideal, state.size * growth, maxSize)), taskMs }
}

/** Where a run stands when its next batch is made. */
export interface BatchQuestion {
  /** What the caller asked for. */
  readonly batchSize: number | 'auto'
  readonly nJobs: number
  /** Tasks not yet pulled; undefined for an input of unknown length. */
  readonly remaining: number | undefined
  /** No batch may hold more. */
  readonly most: number
}

/** Tasks in the next batch, at least 1. Towards the end batches shrink, so that all workers finish together. */
export function nextSize(state: BatchState, { batchSize, nJobs, remaining, most }: BatchQuestion): number {
  if (batchSize !== 'auto') return Math.min(batchSize, most)
  const share = remaining === undefined ? maxSize : Math.ceil(remaining / (2 * nJobs))
  return Math.max(1, Math.min(state.size, share, most))
}
