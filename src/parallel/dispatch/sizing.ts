/** How many tasks of one run travel together, by what tasks took: of this run, or of the function when it ran last. */
import type { AnyFunction } from '../../task.js'
import type { Run } from '../run/run.js'
import { afterBatch, type BatchState, bridgingBatches, firstBatches, nextSize, recalledBatches } from './batching.js'

// Batches per worker that are made before the first answer is in: one that runs and one that waits, where it is known what such calls took before.
const unlearned = 16
const recalled = 2

const costs = new WeakMap<AnyFunction, number>()

export class Sizing {
  readonly #run: Run
  #state: BatchState = firstBatches
  /** Whether a batch of this run is back. */
  #hasLearned = false

  constructor(run: Run) {
    this.#run = run
  }

  /**
   * Tasks in the next batch, whose first is of `fn`.
   *
   * @param remaining Tasks that are left, where that is known.
   * @param most No batch may hold more.
   * @param batches How many are under way.
   */
  next(fn: AnyFunction, remaining: number | undefined, most: number, batches: number): number {
    const { batchSize, nJobs } = this.#run.options
    // Whoever looks on sees the first results soon, and what calls took before is no promise: then it is found out anew.
    const taskMs = this.#hasLearned || this.#run.isWatched ? undefined : (this.#state.taskMs ?? costs.get(fn))
    if (taskMs !== undefined) this.#state = batches < nJobs ? recalledBatches(taskMs) : bridgingBatches(taskMs)
    return nextSize(this.#state, { batchSize, nJobs, remaining, most })
  }

  /** Milliseconds that so many tasks should take in a worker; undefined while nothing is known. */
  expectedMs(tasks: number): number | undefined {
    const { taskMs } = this.#state
    return taskMs === undefined ? undefined : taskMs * tasks
  }

  /** Whether enough is under way: nobody knows yet what a task of this run takes, and batches are small for a while, so those to come may be larger. */
  isTooEarly(batches: number): boolean {
    const { batchSize, nJobs } = this.#run.options
    if (batchSize !== 'auto' || this.#hasLearned) return false
    return batches >= (this.#state.taskMs === undefined ? unlearned : recalled) * nJobs
  }

  /**
   * A batch is back: its calls took so long together. Those of `fn` will take as long when it runs next.
   *
   * @returns Whether it is the first.
   */
  learn(fn: AnyFunction | undefined, tasks: number, ms: number): boolean {
    const before = this.#state.size
    const isFirst = !this.#hasLearned
    this.#hasLearned = true
    this.#state = afterBatch(this.#state, tasks, ms)
    const { size, taskMs = 0 } = this.#state
    if (fn !== undefined) costs.set(fn, taskMs)
    if (size !== before) this.#run.tell({ type: 'batch-sized', atMs: this.#run.atMs, size, taskMs })
    return isFirst
  }
}
