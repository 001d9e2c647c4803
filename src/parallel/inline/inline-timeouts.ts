/** Timeouts of tasks on this event loop, where nothing can stop a task: it fails, it hears of it, and it runs on. */

import { now } from '../../clock.js'
import { TaskTimeoutError } from '../../errors.js'
import { setTimeout } from '../../timers.js'
import type { Attempt } from './attempt.js'

/** Which tasks have a limit, and how they are run. */
export interface InlineLimits {
  /** Milliseconds for each task that says nothing else; undefined for no limit. */
  readonly timeout: number | undefined
  /** Whether one task runs at a time: then nobody looks at the clock before it has ended. */
  readonly oneByOne: boolean
  /** Hears, once, that a task ran past its timeout although nothing could stop it. */
  readonly warn: (message: string) => void
}

export class InlineTimeouts {
  readonly #limits: InlineLimits
  #warned = false

  constructor(limits: InlineLimits) {
    this.#limits = limits
  }

  /** A task has given a promise; several are in flight, so it rejects when it takes too long, and is left to itself. */
  watch(attempt: Attempt, late: (error: TaskTimeoutError) => void): void {
    if (this.#limits.oneByOne) return
    const timeoutMs = this.#limitOf(attempt)
    if (timeoutMs !== undefined) attempt.timer = setTimeout(() => late(timeoutError(attempt, timeoutMs)), timeoutMs)
  }

  /** A task has looked at its signal. */
  listen(attempt: Attempt): void {
    const timeoutMs = this.#limits.oneByOne ? this.#limitOf(attempt) : undefined
    if (timeoutMs === undefined) return
    const stop = () => attempt.context?.stop(timeoutError(attempt, timeoutMs))
    const leftMs = timeoutMs - (now() - attempt.begunMs)
    if (leftMs > 0) attempt.timer = setTimeout(stop, leftMs)
    else stop()
  }

  /** One at a time: what a task that has ended fails with because it ran too long. */
  judge(attempt: Attempt): TaskTimeoutError | undefined {
    const timeoutMs = this.#limits.oneByOne ? this.#limitOf(attempt) : undefined
    const heard = attempt.context?.stopped !== undefined
    if (timeoutMs === undefined || (!heard && now() - attempt.begunMs <= timeoutMs)) return undefined
    if (!heard) this.#warnOnce()
    return timeoutError(attempt, timeoutMs)
  }

  #limitOf({ task }: Attempt): number | undefined {
    const timeout = task.options?.timeout ?? this.#limits.timeout
    return timeout === Number.POSITIVE_INFINITY ? undefined : timeout
  }

  #warnOnce(): void {
    if (this.#warned) return
    this.#warned = true
    this.#limits.warn(
      'a task ran past its `timeout` inline, where nothing can stop it; it is judged afterwards. The backends threads and processes stop such a task',
    )
  }
}

function timeoutError({ index, task }: Attempt, timeoutMs: number): TaskTimeoutError {
  const label = task.options?.label
  return new TaskTimeoutError(label === undefined ? `task ${index}` : `task ${index} (${label})`, timeoutMs)
}
