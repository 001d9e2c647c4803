/** Runs tasks on the caller's own event loop: one at a time, or several in flight. Tasks see the caller's own objects. */

import { clearTimeout, setImmediate, setTimeout } from 'node:timers'
import { now } from '../clock.js'
import { TaskTimeoutError } from '../errors.js'
import type { Failure } from '../failure.js'
import type { Task } from '../task.js'
import { isThenable } from '../worker/run-batch.js'
import { runAsTask, type TaskContext } from '../worker/task-context.js'
import { callNow } from './call-now.js'
import type { Engine, Unsettled } from './engine.js'
import type { Run } from './run.js'
import { failureSegment, none, type Open } from './segment.js'
import { end } from './source.js'
import { Stretch, type StretchHost } from './stretch.js'

// Other work of the program gets a turn this often, however short the tasks are.
const turnMs = 10

interface Running {
  readonly index: number
  readonly task: Task
  readonly open: Open
}

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
  readonly #running = new Set<Running>()
  #state: Promise<unknown> | undefined
  #pulling = false
  #cancelled = false
  #warned = false
  readonly #stretch: Stretch

  constructor(run: Run, options: InlineOptions) {
    this.#run = run
    this.#options = options
    this.#stretch = new Stretch(run)
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

  cancel(): readonly Unsettled[] {
    this.#cancelled = true
    const { current } = this.#stretch
    this.#stretch.current = undefined
    if (current !== undefined) this.#begin(current)
    const running = [...this.#running].map(({ index, task, open }) => ({ index, label: task.options?.label, attempts: 1, open }))
    this.#running.clear()
    // Pulled, and not started before this came.
    const first = this.#stretch.next
    const loose = Array.from({ length: this.#run.reader.pulled - first }, (_, i) => first + i)
    for (const _ of loose) this.#stretch.skip()
    return [...running, ...loose.map((index) => ({ index, label: undefined, attempts: 0, open: this.#run.opened(1) }))]
  }

  async close(): Promise<void> {}

  #hasRoom(): boolean {
    return !this.#cancelled && this.#run.mayPull() && this.#running.size < this.#options.atATime
  }

  async #pump(): Promise<void> {
    this.#state ??= Promise.resolve(this.#options.initializer?.())
    const state = await this.#state
    if (this.#gathers) return this.#pumpStretches(state)
    let turnAt = now() + turnMs
    while (this.#hasRoom()) {
      const next = this.#run.pull()
      const task = next instanceof Promise ? await next : next
      if (task === end || this.#cancelled || this.#run.end !== undefined) return
      const settled = this.#start(task, state)
      if (settled !== undefined && this.#options.atATime === 1) await settled
      if (now() < turnAt) continue
      await new Promise((resolve) => setImmediate(resolve))
      turnAt = now() + turnMs
    }
  }

  /** Whether results may wait for one another: nobody sees them before the last, and no clock is looked at for them. */
  get #gathers(): boolean {
    return this.#options.atATime === 1 && !this.#run.isWatched && this.#run.options.timeout === undefined
  }

  async #pumpStretches(state: unknown): Promise<void> {
    const host: StretchHost = {
      hasRoom: () => this.#hasRoom(),
      failed: (task, error) => this.#fail(this.#begin(task), 'thrown', error),
      wait: (task, promise) => this.#wait(this.#begin(task), promise, now()),
    }
    while (this.#hasRoom()) {
      const left = this.#stretch.run({ index: 0, attempt: 1, workerId: 0, state }, host, turnMs)
      this.#stretch.settle()
      if (left === 'turn') await new Promise((resolve) => setImmediate(resolve))
      else if (left instanceof Promise) {
        const task = await left
        if (task === end || this.#cancelled || this.#run.end !== undefined) return
        if (task !== undefined) await this.#start(task, state)
      }
    }
  }

  /** Take note of a task that is by itself. */
  #begin(task: Task): Running {
    this.#stretch.settle()
    const running: Running = { index: this.#stretch.next, task, open: this.#run.opened(1) }
    this.#stretch.skip()
    this.#running.add(running)
    return running
  }

  /** Start a task; a promise is returned only when the task gave one. */
  #start(task: Task, state: unknown): Promise<void> | undefined {
    const running = this.#begin(task)
    const begunMs = now()
    let value: unknown
    let later: boolean
    try {
      value = this.#call(running, state)
      later = isThenable(value)
    } catch (error) {
      this.#fail(running, 'thrown', error)
      return undefined
    }
    if (later) return this.#wait(running, value as PromiseLike<unknown>, begunMs)
    this.#succeed(running, value, begunMs)
    return undefined
  }

  #call({ index, task }: Running, state: unknown): unknown {
    const context: TaskContext = { index, attempt: 1, workerId: 0, state }
    return runAsTask(context, () => callNow(task))
  }

  async #wait(running: Running, promise: PromiseLike<unknown>, begunMs: number): Promise<void> {
    const timer = this.#timer(running)
    // What goes wrong in the books is no failure of the task.
    const settle = await Promise.resolve(promise).then(
      (value) => () => this.#succeed(running, value, begunMs),
      (error: unknown) => () => this.#fail(running, 'thrown', error),
    )
    clearTimeout(timer)
    settle()
    if (this.#hasRoom()) this.more()
  }

  /** Several in flight: a task that takes too long rejects and is left to itself. */
  #timer(running: Running): ReturnType<typeof setTimeout> | undefined {
    const timeoutMs = this.#timeoutOf(running.task)
    if (timeoutMs === undefined || this.#options.atATime === 1) return undefined
    return setTimeout(() => this.#timedOut(running, timeoutMs), timeoutMs)
  }

  #succeed(running: Running, value: unknown, begunMs: number): void {
    const timeoutMs = this.#options.atATime === 1 ? this.#timeoutOf(running.task) : undefined
    if (timeoutMs !== undefined && now() - begunMs > timeoutMs) {
      this.#warnOnce()
      this.#timedOut(running, timeoutMs)
      return
    }
    if (!this.#running.delete(running)) return
    this.#run.settle({ first: running.index, count: 1, values: [value], failures: none, open: running.open })
  }

  #timedOut(running: Running, timeoutMs: number): void {
    const { index, task } = running
    const name = task.options?.label === undefined ? `task ${index}` : `task ${index} (${task.options.label})`
    this.#fail(running, 'timed-out', new TaskTimeoutError(name, timeoutMs))
  }

  #fail(running: Running, kind: Failure['kind'], error: unknown): void {
    if (!this.#running.delete(running)) return
    const { index, task, open } = running
    const label = task.options?.label
    this.#run.settle(failureSegment({ kind, error, index, attempts: 1, ...(label === undefined ? {} : { label }) }, open))
  }

  #timeoutOf({ options }: Task): number | undefined {
    const timeout = options?.timeout ?? this.#run.options.timeout
    return timeout === Number.POSITIVE_INFINITY ? undefined : timeout
  }

  #warnOnce(): void {
    if (this.#warned) return
    this.#warned = true
    this.#options.warn(
      'a task ran past its `timeout` inline, where nothing can stop it; it is judged afterwards. The backends threads and processes stop such a task',
    )
  }
}
