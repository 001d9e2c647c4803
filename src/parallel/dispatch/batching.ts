/** How many tasks travel together. Pure. */

/** What is known of the tasks' cost. */
export interface BatchState {
  /** Tasks per batch. */
  readonly size: number
  /** What a task costs in the worker, smoothed, in milliseconds; undefined before the first answer. */
  readonly taskMs: number | undefined
}

/** Nobody knows yet what a task costs: the first batches hold one each, or a few of an input that is known to be long. */
export const firstBatches: BatchState = { size: 1, taskMs: undefined }

// A batch costs 0.05 to 0.1 ms of travel and 0.1 to 0.2 ms of the caller's own thread, which two busy workers leave no core for. Perfect numbers below
// 20,000 took 0.970 of the floor's speed at 16 ms, 0.983 at 32 and 0.988 at 64, but then results and other runs wait.
const targetMs = 32
// At the end of a run batches shrink so that no worker is left waiting, but not to where travel is all there is.
const leastMs = 3
// One answer may be wrong about the tasks to come, so sizes grow by steps: 1, 8, 64, 512 ... reach any size in a few batches.
const growth = 8
const maxSize = 1 << 16
// 100,000 tasks of 0.1 us reach the largest batches two round trips sooner than from 1.
const firstMost = 64
const partsPerJob = 512
// What a worker takes less than this for is done before another has woken up: in two batches a warm run of two calls that cost nothing took 0.41 to 0.78 ms, in one 0.29 to 0.53.
const tripMs = 0.1
// What calls of a function cost before says little of those to come: the first batch of a worker ends soon, and then one knows. The one that waits
// behind it bridges the time until the next is there, which may be 5 ms where all cores are busy; what is too much of it, another worker takes over.
const recalledMs = 1
const bridgingMs = 8

/** Learn from a batch that is back. Dearer tasks count at once, cheaper ones by halves: a batch that is too long can leave a worker idle. */
export function afterBatch(state: BatchState, tasks: number, busyMs: number): BatchState {
  const sample = busyMs / tasks
  const taskMs = state.taskMs === undefined ? sample : Math.max(sample, (state.taskMs + sample) / 2)
  return { size: Math.max(1, Math.min(tasksIn(targetMs, taskMs), Math.max(state.size, tasks) * growth, maxSize)), taskMs }
}

const batchesOf =
  (ms: number) =>
  (taskMs: number): BatchState => ({ size: Math.max(1, tasksIn(ms, taskMs)), taskMs })

/** Where a run of a function begins whose calls took `taskMs` before. */
export const recalledBatches = batchesOf(recalledMs)

/** How it goes on, when each worker has its first batch and none is back. */
export const bridgingBatches = batchesOf(bridgingMs)

/** Of many tasks more are tried at once: what a worker does not come to, another takes over. */
const firstSize = (remaining: number, nJobs: number): number => Math.min(firstMost, Math.floor(remaining / (nJobs * partsPerJob)))

const tasksIn = (ms: number, taskMs: number): number => Math.floor(Math.min(ms / Math.max(taskMs, Number.MIN_VALUE), maxSize))

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
  const share = remaining === undefined ? maxSize : Math.max(leastSize(state, remaining / nJobs), Math.ceil(remaining / (2 * nJobs)))
  const size = state.taskMs === undefined ? Math.max(state.size, firstSize(remaining ?? 0, nJobs)) : state.size
  return Math.max(1, Math.min(size, share, most))
}

/** No batch need be smaller, though few tasks are left; but one worker does not take what another could begin meanwhile. */
const leastSize = ({ taskMs }: BatchState, perJob: number): number =>
  taskMs === undefined ? 1 : Math.min(tasksIn(leastMs, taskMs), Math.max(tasksIn(tripMs, taskMs), Math.ceil(perJob)))
