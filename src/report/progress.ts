/** Progress as numbers, for a bar or a log of the caller's own. */
import type { Listener, RunEvent } from '../events.js'

/**
 * How far a task says that it has come, by `taskContext().reportProgress`.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type ProgressOfTask, taskContext } from 'joblet'
 *
 * const show = ({ label, fraction = 0 }: ProgressOfTask): void => console.error(`${label}: ${Math.round(100 * fraction)} %`)
 * const train = (): void => [0.5, 1].forEach((done) => taskContext().reportProgress(done))
 * await Parallel({ nJobs: 2, onProgress: ({ task }) => task && show(task) })([delayed(train, { label: 'model' })()])
 * ```
 * @category What happens
 */
export interface ProgressOfTask {
  /** Place of the task in the input, from 0. */
  readonly index: number
  /** The task's own label, when it was given one. */
  readonly label?: string
  /** The part that is done, from 0 to 1, when it told that. */
  readonly fraction?: number
  /** What it told in words, when it did. */
  readonly message?: string
}

/**
 * How far a run has come.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type Progress } from 'joblet'
 *
 * const show = ({ done, total, etaMs = 0 }: Progress): void => console.error(`${done} of ${total ?? '?'}, ${Math.round(etaMs)} ms to go`)
 * await Parallel({ nJobs: 2, onProgress: show })([1, 4, 9].map((n) => delayed(Math.sqrt)(n)))
 * ```
 * @category What happens
 */
export interface Progress {
  /** Tasks that have ended, failed ones included. */
  readonly done: number
  /** Those among them that gave no value. */
  readonly failed: number
  /** Tasks in the whole input; undefined while nobody knows, as with a generator that goes on. */
  readonly total?: number
  /** Milliseconds since the run began. */
  readonly elapsedMs: number
  /** Milliseconds until the end, if it goes on like this; undefined while `total` is. */
  readonly etaMs?: number
  /** The task that reported, when a report is why this is called: no task has ended then. */
  readonly task?: ProgressOfTask
}

/**
 * A listener that calls `onProgress` after each task, and when a task reports.
 *
 * @throws What `onProgress` throws: a run whose progress cannot be told rejects with that, rather than going on in silence.
 */
export function progressListener(onProgress: (progress: Progress) => void): Listener {
  let tally: Tally = { done: 0, failed: 0, total: undefined }
  return (event) => {
    tally = afterEvent(tally, event)
    if (event.type === 'task-settled') onProgress(progressAt(tally, event.atMs))
    else if (event.type === 'task-progress') onProgress({ ...progressAt(tally, event.atMs), task: ofTask(event) })
  }
}

function ofTask({ index, label, progress }: RunEvent & { type: 'task-progress' }): ProgressOfTask {
  const told = typeof progress === 'number' ? { fraction: progress } : { message: progress }
  return label === undefined ? { index, ...told } : { index, label, ...told }
}

/** What a run has come to so far. */
export interface Tally {
  readonly done: number
  readonly failed: number
  readonly total: number | undefined
}

/** The tally once `event` has happened. */
export function afterEvent(tally: Tally, event: RunEvent): Tally {
  if (event.type === 'task-settled') return { ...tally, done: tally.done + 1, failed: tally.failed + (event.failure === undefined ? 0 : 1) }
  return event.type === 'run-started' || event.type === 'input-ended' ? { ...tally, total: event.total } : tally
}

function progressAt({ done, failed, total }: Tally, elapsedMs: number): Progress {
  if (total === undefined) return { done, failed, elapsedMs }
  return { done, failed, total, elapsedMs, etaMs: remainingMs(elapsedMs, done, total) }
}

/** Time that the tasks which are left take, at the pace so far. */
export const remainingMs = (elapsedMs: number, done: number, total: number): number =>
  (elapsedMs / Math.max(done, 1)) * Math.max(total - done, 0)
