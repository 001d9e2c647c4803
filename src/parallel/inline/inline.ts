/** Runs tasks on the caller's own event loop: one at a time, or several in flight. Tasks see the caller's own objects. */

import { now } from '../../clock.js'
import type { Failure } from '../../failure.js'
import type { Task } from '../../task.js'
import { nextTurn } from '../../timers.js'
import type { TaskProgress } from '../../worker/batch.js'
import { isThenable } from '../../worker/run-batch.js'
import { RunningTask, type TaskPlace } from '../../worker/running-task.js'
import { runAsTask } from '../../worker/task-context.js'
import { end } from '../input/source.js'
import { failureSegment, none } from '../output/segment.js'
import type { Engine, Unsettled, Waiting } from '../run/engine.js'
import type { Run } from '../run/run.js'
import { Attempt } from './attempt.js'
import { callNow } from './call-now.js'
import { InlineTimeouts } from './inline-timeouts.js'
import { Retrying } from './retrying.js'
import { type Left, Stretch, type StretchHost } from './stretch.js'

// Other work of the program gets a turn this often, however short the tasks are.
const turnMs = 10

/** How tasks are run here. */
export interface InlineOptions {
  /** Tasks in flight at a time. */
  readonly atATime: number
  /** Called once before the first task; what it gives is each task's `taskContext().state`. */
  readonly initializer: (() => unknown) | undefined
  /** Hears, once, that a task ran past its timeout although nothing could stop it. */
  readonly warn: (message: string) => void
}

export class Inline implements Engine {
  readonly #run: Run
  readonly #options: InlineOptions
  readonly #running = new Set<Attempt>()
  readonly #again: Retrying
  readonly #place: TaskPlace
  readonly #stretch: Stretch
  readonly #timeouts: InlineTimeouts
  #state: Promise<unknown> | undefined
  #pulling = false
  #cancelled = false

  constructor(run: Run, options: InlineOptions) {
    this.#run = run
    this.#options = options
    this.#stretch = new Stretch(run)
    this.#timeouts = new InlineTimeouts({ timeout: run.options.timeout, oneByOne: options.atATime === 1, warn: options.warn })
    this.#again = new Retrying(run, () => this.more())
    this.#place = {
      told: run.hearsProgress ? (context, progress) => this.#told(context, progress) : undefined,
      watched: (context) => {
        const attempt = this.#attemptOf(context)
        if (attempt !== undefined) this.#timeouts.listen(attempt)
      },
    }
  }

  more(): void {
    if (this.#pulling || this.#cancelled) return
    this.#pulling = true
    this.#pump()
      .catch((error: unknown) => this.#run.fail(error))
      .finally(() => {
        this.#pulling = false
        this.#run.progressed()
        if (this.#hasRoom()) this.more()
      })
  }

  cancel(reason: unknown): readonly Unsettled[] {
    this.#cancelled = true
    const { current, context } = this.#stretch
    this.#stretch.current = undefined
    if (current !== undefined) this.#begin(current).context = context
    const running = [...this.#running]
    this.#running.clear()
    const waiting = this.#again.clear()
    // Pulled, and not started before this came.
    const first = this.#stretch.next
    const loose = Array.from({ length: this.#run.reader.pulled - first }, (_, i) => first + i)
    for (const _ of loose) this.#stretch.skip()
    for (const attempt of running) attempt.context?.stop(reason)
    return [
      ...running.map((attempt) => attempt.unsettled(true)),
      ...waiting.map((attempt) => attempt.unsettled(false)),
      ...loose.map((index) => ({ index, label: undefined, attempts: 0, open: this.#run.places.open(1) })),
    ]
  }

  waiting(): Waiting {
    const tasks = [...this.#running].map(({ index, task: { options } }) => {
      return { index, lastIndex: index, label: options?.label, worker: 0, forMs: undefined }
    })
    const idle = !this.#again.isIdle ? 'retry' : this.#run.mayPull() ? 'input' : 'consumer'
    return { waitingFor: tasks.length > 0 ? 'tasks' : idle, tasks }
  }

  async close(): Promise<void> {}

  #hasRoom(): boolean {
    if (this.#cancelled || this.#running.size >= this.#options.atATime) return false
    return this.#run.mayPull() || (this.#again.hasDue && this.#run.end === undefined)
  }

  async #pump(): Promise<void> {
    this.#state ??= Promise.resolve(this.#options.initializer?.())
    const state = await this.#state
    let turnAt = now() + turnMs
    while (this.#hasRoom()) {
      const next = this.#gathers ? this.#runStretch(state) : this.#again.next(() => this.#run.pull())
      const task = next instanceof Promise ? await next : next
      if (task === end || this.#cancelled || this.#run.end !== undefined) return
      if (task !== undefined && task !== 'turn') {
        const settled = this.#start(task instanceof Attempt ? task : this.#begin(task), state)
        if (settled !== undefined && this.#options.atATime === 1) await settled
      }
      if (task !== 'turn' && now() < turnAt) continue
      await nextTurn()
      turnAt = now() + turnMs
    }
  }

  /** Whether results may wait for one another: nobody sees them before the last, no clock is looked at for them, and no task is to be tried again. */
  get #gathers(): boolean {
    const { timeout, retries } = this.#run.options
    return this.#options.atATime === 1 && !this.#run.isWatched && timeout === undefined && retries.error === 0 && this.#again.isIdle
  }

  #runStretch(state: unknown): Left {
    const host: StretchHost = {
      hasRoom: () => this.#hasRoom(),
      failed: (task, error) => this.#fail(this.#begin(task), 'thrown', error),
      wait: (task, context, promise) => this.#wait(Object.assign(this.#begin(task), { context }), promise),
    }
    const left = this.#stretch.run(new RunningTask(0, state, this.#place), host, turnMs)
    this.#stretch.settle()
    return left
  }

  /** Take note of a task that is by itself. */
  #begin(task: Task): Attempt {
    this.#stretch.settle()
    const attempt = new Attempt(this.#stretch.next, task, this.#run.places.open(1))
    this.#stretch.skip()
    this.#running.add(attempt)
    return attempt
  }

  /** Start a task; a promise is returned only when the task gave one. */
  #start(attempt: Attempt, state: unknown): Promise<void> | undefined {
    this.#running.add(attempt)
    const context = new RunningTask(0, state, this.#place)
    context.index = attempt.index
    context.attempt = attempt.number
    attempt.context = context
    let value: unknown
    let later: boolean
    try {
      value = runAsTask(context, () => callNow(attempt.task))
      later = isThenable(value)
    } catch (error) {
      attempt.end()
      this.#threw(attempt, error)
      return undefined
    }
    if (later) return this.#wait(attempt, value as PromiseLike<unknown>)
    attempt.end()
    this.#succeed(attempt, value)
    return undefined
  }

  async #wait(attempt: Attempt, promise: PromiseLike<unknown>): Promise<void> {
    this.#timeouts.watch(attempt, (error) => {
      attempt.context?.stop(error)
      this.#fail(attempt, 'timed-out', error)
    })
    // What goes wrong in the books is no failure of the task.
    const settle = await Promise.resolve(promise).then(
      (value) => () => this.#succeed(attempt, value),
      (error: unknown) => () => this.#threw(attempt, error),
    )
    attempt.end()
    settle()
    if (this.#hasRoom()) this.more()
  }

  #succeed(attempt: Attempt, value: unknown): void {
    const late = this.#running.has(attempt) ? this.#timeouts.judge(attempt) : undefined
    if (late !== undefined) return this.#fail(attempt, 'timed-out', late)
    if (!this.#running.delete(attempt)) return
    this.#run.settle({ first: attempt.index, count: 1, values: [value], failures: none, open: attempt.open })
  }

  #threw(attempt: Attempt, error: unknown): void {
    const late = this.#running.has(attempt) ? this.#timeouts.judge(attempt) : undefined
    if (late === undefined) this.#fail(attempt, 'thrown', error)
    else this.#fail(attempt, 'timed-out', late)
  }

  #fail(attempt: Attempt, kind: Failure['kind'], error: unknown): void {
    if (!this.#running.delete(attempt) || this.#again.takes(attempt, kind)) return
    this.#run.settle(failureSegment(attempt.failure(kind, error), attempt.open))
  }

  #told(context: RunningTask, progress: TaskProgress): void {
    const attempt = this.#attemptOf(context)
    if (attempt === undefined) return
    const { index, number, task } = attempt
    const event = { type: 'task-progress', atMs: this.#run.atMs, index, attempt: number, label: task.options?.label, progress } as const
    // The listener is no part of the task.
    this.#run.flow.runInAsyncScope(() => this.#run.tell(event))
  }

  #attemptOf(context: RunningTask): Attempt | undefined {
    for (const attempt of this.#running) if (attempt.context === context) return attempt
    return undefined
  }
}
