/** Where the time of a run went: what `parallel.stats()` tells. */
import type { Meter } from './meter.js'

/**
 * Where the time of a run went: plain data, fit for JSON. All but `runs` is about the run of this `Parallel` that began last; while it is under way,
 * about what is over. Times of batches are sums: with four workers, `runMs` may grow by four seconds a second.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type RunStats } from 'joblet'
 *
 * const advice = ({ transferMs, runMs }: RunStats): string => (transferMs > runMs ? 'make larger tasks' : 'well cut')
 * const parallel = Parallel({ nJobs: 2 })
 * await parallel([1, 4, 9].map((n) => delayed(Math.sqrt)(n)))
 * console.error(advice(parallel.stats()))
 * ```
 * @category What happens
 */
export interface RunStats {
  /** Runs that this `Parallel` has begun; 0: all else is 0 or empty. */
  readonly runs: number
  /** Whether the run is under way. */
  readonly isRunning: boolean
  /** Workers that it may use at a time. */
  readonly nJobs: number
  /** Tasks that have ended, failed ones included. */
  readonly tasks: number
  /** Those among them that gave no value. */
  readonly failed: number
  /** How often a task was started again. */
  readonly retried: number
  /** Workers that ended though nobody had asked them to, of this run or of one that shares its workers. */
  readonly workersLost: number
  /** Milliseconds since the run began, or that it took. */
  readonly elapsedMs: number
  /** Milliseconds before the first batch could begin: workers are started, functions described. Some 50 for new workers, below 1 for warm ones. */
  readonly startMs: number
  /** Milliseconds spent on getting tasks from the input, and packing them. Workers are idle meanwhile if they have nothing left. */
  readonly inputMs: number
  /** Milliseconds that batches have waited until a worker could begin them. */
  readonly queuedMs: number
  /** Milliseconds that workers were busy with batches. */
  readonly runMs: number
  /** Milliseconds that batches spent on their workers without running: they travel, are read, wait for this thread to look at their replies. */
  readonly transferMs: number
  /** Share of the time of `nJobs` workers in which they were busy, from 0 to 1. */
  readonly busyShare: number
  /** The workers that have run something, by number; empty on `'async'` and `'sequential'`, and where a backend of one's own does not tell. */
  readonly workers: readonly WorkerStats[]
  /** The batches that are over. */
  readonly batches: BatchStats
}

/**
 * What one worker has done for a run.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type WorkerStats } from 'joblet'
 *
 * const inWords = ({ id, tasks, busyShare }: WorkerStats): string => `worker ${id}: ${tasks} tasks, busy ${Math.round(100 * busyShare)} %`
 * const parallel = Parallel({ nJobs: 2 })
 * await parallel([1, 4, 9].map((n) => delayed(Math.sqrt)(n)))
 * for (const worker of parallel.stats().workers) console.error(inWords(worker))
 * ```
 * @category What happens
 */
export interface WorkerStats {
  /** `taskContext().workerId`. One that has ended and its successor count as one. */
  readonly id: number
  /** Milliseconds it was busy. */
  readonly busyMs: number
  /** Share of the run's time in which it was, from 0 to 1. */
  readonly busyShare: number
  readonly tasks: number
  readonly batches: number
}

/**
 * How tasks travelled.
 *
 * @example
 * ```ts
 * import { type BatchStats, delayed, Parallel } from 'joblet'
 *
 * const parallel = Parallel({ nJobs: 2, batchSize: 2 })
 * await parallel([1, 4, 9, 16].map((n) => delayed(Math.sqrt)(n)))
 * const { count, maxSize }: BatchStats = parallel.stats().batches
 * // An idle worker may have taken over one of a batch of two: then there were three.
 * console.log(count >= 2, maxSize) // true 2
 * ```
 * @category What happens
 */
export interface BatchStats {
  readonly count: number
  /** Tasks in the smallest batch, in the one in the middle, in the largest. */
  readonly minSize: number
  readonly medianSize: number
  readonly maxSize: number
}

/** The stats of a run, from its meter. */
export function statsOf(runs: number, nJobs: number, meter: Meter | undefined): RunStats {
  const elapsedMs = meter?.elapsedMs ?? 0
  const share = (ms: number, of: number) => (of > 0 ? Math.min(1, ms / of) : 0)
  const runMs = meter?.runMs ?? 0
  return {
    runs,
    isRunning: meter !== undefined && meter.endedMs === undefined,
    nJobs,
    tasks: meter?.settled ?? 0,
    failed: meter?.failed ?? 0,
    retried: meter?.retried ?? 0,
    workersLost: meter?.workersLost ?? 0,
    elapsedMs,
    startMs: meter?.startMs ?? 0,
    inputMs: meter?.inputMs ?? 0,
    queuedMs: meter?.queuedMs ?? 0,
    runMs,
    transferMs: meter?.transferMs ?? 0,
    busyShare: share(runMs, elapsedMs * nJobs),
    workers: [...(meter?.workers ?? [])]
      .map(([id, { busyMs, tasks, batches }]) => ({ id, busyMs, busyShare: share(busyMs, elapsedMs), tasks, batches }))
      .sort((a, b) => a.id - b.id),
    batches: batchStats(meter?.sizes ?? new Map()),
  }
}

/** @param sizes How many batches held so many tasks. */
export function batchStats(sizes: ReadonlyMap<number, number>): BatchStats {
  const sorted = [...sizes].sort(([a], [b]) => a - b)
  const count = sorted.reduce((sum, [, times]) => sum + times, 0)
  let before = 0
  const median = sorted.find(([, times]) => (before += times) * 2 >= count)
  return { count, minSize: sorted[0]?.[0] ?? 0, medianSize: median?.[0] ?? 0, maxSize: sorted.at(-1)?.[0] ?? 0 }
}
