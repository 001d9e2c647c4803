/** One attempt at a task that runs on this event loop. */

import { now } from '../../clock.js'
import type { Failure } from '../../failure.js'
import type { Task } from '../../task.js'
import { clearTimeout } from '../../timers.js'
import type { RunningTask } from '../../worker/running-task.js'
import { type Spent, unspent } from '../options/retry.js'
import type { Open } from '../output/segment.js'
import type { Unsettled } from '../run/engine.js'
import type { FailedTry, NextTry } from '../run/next-try.js'

export class Attempt {
  readonly index: number
  readonly task: Task
  readonly open: Open
  /** Its number, from 1. */
  readonly number: number
  readonly spent: Spent
  readonly begunMs = now()
  /** What the task sees of itself, once it runs. */
  context: RunningTask | undefined
  /** For its timeout. */
  timer: ReturnType<typeof setTimeout> | undefined
  /** Called when it has ended, if it failed before. */
  onEnd: (() => void) | undefined

  constructor(index: number, task: Task, open: Open, number = 1, spent = unspent) {
    this.index = index
    this.task = task
    this.open = open
    this.number = number
    this.spent = spent
  }

  /** The task has ended, whatever came of it. */
  end(): void {
    clearTimeout(this.timer)
    this.context?.end()
    this.onEnd?.()
  }

  /** The attempt after this one. */
  next({ spent }: NextTry): Attempt {
    return new Attempt(this.index, this.task, this.open, this.number + 1, spent)
  }

  failedTry(kind: Failure['kind']): FailedTry {
    return { index: this.index, kind, attempt: this.number, spent: this.spent, options: this.task.options }
  }

  failure(kind: Failure['kind'], error: unknown): Failure {
    const label = this.task.options?.label
    return { kind, error, index: this.index, attempts: this.number, ...(label === undefined ? {} : { label }) }
  }

  /** @param begun Whether it has begun. */
  unsettled(begun: boolean): Unsettled {
    const { index, task, open, number } = this
    return { index, label: task.options?.label, attempts: begun ? number : number - 1, open }
  }
}
