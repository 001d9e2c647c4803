/** Runs tasks on the caller's own event loop: one at a time, or several in flight. Tasks see the caller's own objects. */

import { now } from '../../clock.js'
import type { Task } from '../../task.js'
import { nextTurn } from '../../timers.js'
import { RunningTask } from '../../worker/running-task.js'
import { end } from '../input/source.js'
import type { Engine, Unsettled, Waiting } from '../run/engine.js'
import { Puller } from '../run/puller.js'
import type { Run } from '../run/run.js'
import { Attempt } from './attempt.js'
import { type AttemptOptions, Attempts } from './attempts.js'
import { Retrying } from './retrying.js'
import { type Left, Stretch, type StretchHost } from './stretch.js'

// Other work of the program gets a turn this often, however short the tasks are.
const turnMs = 10

/** How tasks are run here. */
export interface InlineOptions extends AttemptOptions {
  /** Called once before the first task; what it gives is each task's `taskContext().state`. */
  readonly initializer: (() => unknown) | undefined
}

export class Inline implements Engine {
  readonly #run: Run
  readonly #options: InlineOptions
  readonly #again: Retrying
  readonly #attempts: Attempts
  readonly #stretch: Stretch
  readonly #puller: Puller
  #state: Promise<unknown> | undefined
  #cancelled = false

  constructor(run: Run, options: InlineOptions) {
    this.#run = run
    this.#options = options
    this.#stretch = new Stretch(run)
    this.#again = new Retrying(run, () => this.more())
    this.#attempts = new Attempts(run, options, this.#again, () => {
      if (this.#hasRoom()) this.more()
    })
    this.#puller = new Puller(run, { pump: () => this.#pump(), hasRoom: () => this.#hasRoom() })
  }

  more(): void {
    if (!this.#cancelled) this.#puller.pull()
  }

  cancel(reason: unknown): readonly Unsettled[] {
    this.#cancelled = true
    const { current, context } = this.#stretch
    this.#stretch.current = undefined
    if (current !== undefined) this.#begin(current).context = context
    const running = this.#attempts.all
    this.#attempts.clear()
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
    const tasks = this.#attempts.all.map(({ index, task: { options } }) => {
      return { index, lastIndex: index, label: options?.label, worker: 0, forMs: undefined }
    })
    const idle = !this.#again.isIdle ? 'retry' : this.#run.mayPull() ? 'input' : 'consumer'
    return { waitingFor: tasks.length > 0 ? 'tasks' : idle, tasks }
  }

  async close(): Promise<void> {}

  #hasRoom(): boolean {
    if (this.#cancelled || this.#attempts.size >= this.#options.atATime) return false
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
        const settled = this.#attempts.start(task instanceof Attempt ? task : this.#begin(task), state)
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
      failed: (task, error) => this.#attempts.fail(this.#begin(task), 'thrown', error),
      wait: (task, context, promise) => this.#attempts.wait(Object.assign(this.#begin(task), { context }), promise),
    }
    const left = this.#stretch.run(new RunningTask(0, state, this.#attempts.place), host, turnMs)
    this.#stretch.settle()
    return left
  }

  /** Take note of a task that is by itself. */
  #begin(task: Task): Attempt {
    this.#stretch.settle()
    const attempt = new Attempt(this.#stretch.next, task, this.#run.places.open(1))
    this.#stretch.skip()
    this.#attempts.add(attempt)
    return attempt
  }
}
