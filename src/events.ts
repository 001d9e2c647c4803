/** What happens in a run, told as it happens: the one stream that progress, verbose output and reports read. */
import type { FailureKind } from './failure.js'

/**
 * One thing that happened. Times are milliseconds since the run began.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel'
 * import { delayed, Parallel, type RunEvent, taskContext } from 'joblet'
 *
 * subscribe('joblet:task-retried', (message) => {
 *   const event = message as RunEvent
 *   if (event.type === 'task-retried') console.error(`task ${event.index}: attempt ${event.attempt}, after its ${event.reason}`)
 * })
 * const flaky = () => taskContext().attempt > 1 || Promise.reject(new Error('not yet'))
 * console.log(await Parallel({ nJobs: 2, retries: { error: 1 } })([delayed(flaky)()])) // [ true ]
 * ```
 * @category What happens
 */
export type RunEvent =
  | { readonly type: 'run-started'; readonly backend: string; readonly workers: number; readonly total: number | undefined }
  /** `pid` of a process, `threadId` of a thread. */
  | {
      readonly type: 'worker-started'
      readonly atMs: number
      readonly worker: number
      readonly pid: number | undefined
      readonly threadId: number | undefined
      readonly bootMs: number
    }
  /** A batch is ready, and waits for a worker. */
  | { readonly type: 'batch-sent'; readonly atMs: number; readonly batch: number; readonly tasks: number }
  /** A batch goes to a worker; one that is lost and never began is assigned again. */
  | { readonly type: 'batch-assigned'; readonly atMs: number; readonly batch: number; readonly worker: number }
  | { readonly type: 'batch-settled'; readonly atMs: number; readonly batch: number; readonly tasks: number; readonly busyMs: number }
  | { readonly type: 'batch-sized'; readonly atMs: number; readonly size: number; readonly taskMs: number }
  | { readonly type: 'task-settled'; readonly atMs: number; readonly index: number; readonly failure: FailureKind | undefined }
  /** `attempt` is the number of the next one, which begins in `delayMs` at the earliest. */
  | {
      readonly type: 'task-retried'
      readonly atMs: number
      readonly index: number
      readonly attempt: number
      readonly reason: 'crash' | 'error' | 'timeout'
      readonly delayMs: number
    }
  /** A task has told how far it is. */
  | {
      readonly type: 'task-progress'
      readonly atMs: number
      readonly index: number
      readonly attempt: number
      readonly label: string | undefined
      readonly progress: number | string
    }
  /** A worker ended though nobody asked it to; it may have run tasks of another run that shares it. `worker` is its number, where that is known. */
  | {
      readonly type: 'worker-lost'
      readonly atMs: number
      readonly worker: number | undefined
      readonly exitCode: number | undefined
      readonly signal: string | undefined
    }
  /** Nothing has moved for so long. `tasks` are those that run, where that is what the run waits for. */
  | {
      readonly type: 'stalled'
      readonly atMs: number
      readonly quietMs: number
      readonly waitingFor: WaitingFor
      readonly tasks: readonly RunningTask[]
    }
  | { readonly type: 'input-ended'; readonly atMs: number; readonly total: number }
  | { readonly type: 'run-settled'; readonly atMs: number; readonly done: number; readonly failed: number }

/**
 * What a run waits for: tasks that run, workers that have not begun, the delay before a retry, the next item of its input, or whoever reads its results.
 *
 * @example
 * ```ts
 * import type { WaitingFor } from 'joblet'
 *
 * const advice: Record<WaitingFor, string> = {
 *   tasks: 'a task hangs, or is slow',
 *   workers: 'the workers are busy with other runs',
 *   retry: 'a task failed, and will be tried again',
 *   input: 'the generator of tasks is slow',
 *   consumer: 'nobody reads the results',
 * }
 * ```
 * @category What happens
 */
export type WaitingFor = 'tasks' | 'workers' | 'retry' | 'input' | 'consumer'

/**
 * A task that runs.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel'
 * import type { RunEvent, RunningTask } from 'joblet'
 *
 * const inWords = ({ index, label = `task ${index}`, forMs = 0 }: RunningTask): string => `${label} since ${Math.round(forMs)} ms`
 * subscribe('joblet:stalled', (message) => {
 *   const event = message as RunEvent
 *   if (event.type === 'stalled') console.error('still running:', event.tasks.map(inWords))
 * })
 * ```
 * @category What happens
 */
export interface RunningTask {
  readonly index: number
  readonly label: string | undefined
  /** Where it is not known which of several runs: the last of them. */
  readonly lastIndex: number
  /** Undefined where nobody knows, 0 in the program itself. */
  readonly worker: number | undefined
  /** Milliseconds since its worker could begin the batch that it is in; undefined where nobody knows. */
  readonly forMs: number | undefined
}

/** Hears events, in the order in which they happen. */
export type Listener = (event: RunEvent) => void

/**
 * One thing that happened in a cache. `fn` is the function's name, `key` the entry's.
 *
 * @example
 * ```ts
 * import { Memory, type MemoryEvent } from 'joblet'
 *
 * const onEvent = (event: MemoryEvent): void => {
 *   if (event.type === 'hit') console.error(`${event.fn} saved ${event.savedMs} ms`)
 *   if (event.type === 'uncacheable') console.error(`${event.fn} is not kept: ${event.reason}`)
 * }
 * const memory = Memory({ location: '.cache', onEvent })
 * ```
 * @category What happens
 */
export type MemoryEvent =
  | { readonly type: 'hit'; readonly fn: string; readonly key: string; readonly from: 'memory' | 'store'; readonly savedMs: number }
  | { readonly type: 'miss'; readonly fn: string; readonly key: string }
  | { readonly type: 'computed'; readonly fn: string; readonly key: string; readonly durationMs: number }
  | { readonly type: 'stored'; readonly fn: string; readonly key: string; readonly bytes: number }
  /** Another call of the same key was under way in this process, and its result was taken. */
  | { readonly type: 'coalesced'; readonly fn: string; readonly key: string }
  /** A result that is not kept: `path` leads to what cannot be, as `result.list[3]`; without it, the store refused. */
  | { readonly type: 'uncacheable'; readonly fn: string; readonly key: string; readonly path?: string; readonly reason: string }
  /** An entry that is damaged, or none of ours; it counts as missing and the next result takes its place. */
  | { readonly type: 'corrupt'; readonly key: string; readonly reason: string }
  | { readonly type: 'evicted'; readonly items: number; readonly bytes: number }

/**
 * One thing that happened, in a run or in a cache.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel'
 * import { type JobletEvent, Memory } from 'joblet'
 *
 * // One log for runs and for caches.
 * const counts = new Map<JobletEvent['type'], number>()
 * const onEvent = ({ type }: JobletEvent): void => void counts.set(type, (counts.get(type) ?? 0) + 1)
 * subscribe('joblet:run-settled', (message) => onEvent(message as JobletEvent))
 * const memory = Memory({ location: '.cache', onEvent })
 * ```
 * @category What happens
 */
export type JobletEvent = RunEvent | MemoryEvent
