/**
 * Tasks one by one, for as long as a program likes: each settles by itself, and goes to a worker when one is free, first come, first served.
 *
 * A run reads what a function captures once, so tasks that are handed over in one go are a run of their own, and those of a later moment
 * another. One batch per task: what is in one batch with others may wait behind them, and would hang if it is what they wait for.
 */
import { Queue } from '../../backend/queue.js'
import type { Failure } from '../../failure.js'
import { noteCallSites } from '../../function/engine/call-sites.js'
import { failed, type Outcome } from '../../outcome.js'
import type { Task } from '../../task.js'
import { queueMicrotask } from '../../timers.js'
import { engineFor } from '../backends.js'
import type { ResolvedOptions } from '../options/parallel-options.js'
import { refuseWhileLoading } from '../parallel.js'
import type { LeaseHolder } from '../run/lease-holder.js'
import { listenerFor } from '../run/listeners.js'
import { Run } from '../run/run.js'
import { QueuedTask } from './queued-task.js'
import { TaskFeed } from './task-feed.js'

export class TaskQueue {
  readonly #options: ResolvedOptions
  readonly #holder: LeaseHolder
  /** In order; one that was cancelled is passed over when its turn comes. */
  readonly #waiting = new Queue<QueuedTask>()
  /** Of them, those that were not cancelled. */
  #left = 0
  readonly #runs = new Map<Run, TaskFeed>()
  /** What takes tasks now. Kept when it has none: an open run keeps its workers. */
  #feed: TaskFeed | undefined
  #stretch = 0
  #inStretch = false
  #running = 0
  #closed = false
  #drained: () => void = () => undefined

  /** @param holder Its hold on workers, which it may have in common with others. */
  constructor(options: ResolvedOptions, holder: LeaseHolder) {
    this.#options = { ...options, batchSize: 1, preDispatch: Number.POSITIVE_INFINITY, onError: 'collect', returnAs: 'generator_unordered' }
    this.#holder = holder
  }

  /** Start all workers now; else they start as tasks need them. */
  open(): void {
    refuseWhileLoading()
    this.#openFeed(this.#stretch, undefined)
  }

  /** Hand a task over. @param settled Hears once what it came to. */
  submit(task: Task, settled: (outcome: Outcome<unknown>) => void): QueuedTask {
    const queued = new QueuedTask(task, this.#noteStretch(), settled)
    this.#waiting.push(queued)
    this.#left += 1
    this.#next()
    return queued
  }

  /** Hand a task over. @returns What it gives. @throws What it throws. */
  call(task: Task): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.submit(task, (outcome) => (outcome._tag === 'Right' ? resolve(outcome.right) : reject(outcome.left.error)))
    })
  }

  /** Take a task back for `error`. @returns Whether it had not begun. */
  cancel(queued: QueuedTask, error: unknown): boolean {
    if (queued.state !== 'waiting') return false
    this.#left -= 1
    queued.settle(cancelled(error))
    this.#look()
    return true
  }

  /** Take all tasks back that have not begun. */
  cancelWaiting(error: unknown): void {
    for (const queued of this.#waiting.clear()) this.cancel(queued, error)
  }

  /** Stop what runs, too. */
  terminate(error: unknown): void {
    this.#closed = true
    this.cancelWaiting(error)
    for (const run of [...this.#runs.keys()]) run.fail(error)
  }

  /** No more tasks come: when the last has settled, nothing of the queue is left on a worker. @returns When that is so. */
  async finish(): Promise<void> {
    this.#closed = true
    await new Promise<void>((resolve) => {
      const before = this.#drained
      this.#drained = () => {
        before()
        resolve()
      }
      this.#look()
    })
    await Promise.all([...this.#runs.keys()].map((run) => run.finished()))
  }

  /** The stretch of a task that is handed over now: it lasts until the program awaits something. */
  #noteStretch(): number {
    if (this.#inStretch) return this.#stretch
    refuseWhileLoading()
    noteCallSites()
    this.#inStretch = true
    queueMicrotask(() => (this.#inStretch = false))
    return ++this.#stretch
  }

  /** Give tasks to workers that are free. */
  #next(): void {
    while (this.#running < this.#options.nJobs) {
      const queued = this.#waiting.shift()
      if (queued === undefined) return
      if (queued.state !== 'waiting') continue
      this.#left -= 1
      this.#running += 1
      queued.state = 'running'
      const feed = this.#feed?.stretch === queued.stretch ? this.#feed : this.#openFeed(queued.stretch, 0)
      feed.give(queued)
    }
  }

  #openFeed(stretch: number, total: 0 | undefined): TaskFeed {
    this.#feed?.finish()
    const feed = new TaskFeed(stretch, total, (queued, outcome) => this.#settled(queued, outcome))
    const run = new Run(feed, this.#options, (consumed) => feed.withConsumed(consumed), listenerFor)
    this.#feed = feed
    this.#runs.set(run, feed)
    run.whenChanged(() => this.#looked(run))
    // It is open for as long as its owner likes, with or without tasks: Ctrl-C ends such a program as any other.
    run.isInterruptible = false
    void run.finished().then(() => this.#runs.delete(run))
    run.start(engineFor(run, this.#options, this.#holder), String(this.#options.backend))
    return feed
  }

  #settled(queued: QueuedTask, outcome: Outcome<unknown>): void {
    this.#running -= 1
    queued.settle(outcome)
    this.#next()
    this.#look()
  }

  /** A run that fails, such as when no worker can be started, fails all that it was given, and what waits would fare no better. */
  #looked(run: Run): void {
    const feed = this.#runs.get(run)
    if (run.end === undefined || feed === undefined) return
    if (this.#feed === feed) this.#feed = undefined
    if (run.end.ok) return
    const { error } = run.end
    run.whenChanged(() => undefined)
    this.cancelWaiting(error)
    for (const queued of feed.unsettled) this.#settled(queued, cancelled(error))
  }

  #look(): void {
    if (!this.#closed || this.#running > 0 || this.#left > 0) return
    this.#feed?.finish()
    this.#drained()
  }
}

const cancelled = (error: unknown): Outcome<never> => {
  const failure: Failure = { kind: 'cancelled', error, index: 0, attempts: 0 }
  return failed(failure)
}
