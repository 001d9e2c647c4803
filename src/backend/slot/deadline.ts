/** Watches one call at a time. Re-armed for each call without a timer of its own: calls with a timeout may come by the thousand. */

import { now } from '../../clock.js'
import { clearTimeout, setImmediate, setTimeout } from '../../timers.js'

export class Deadline {
  readonly #passed: (at: number, timeoutMs: number) => void
  #at: number | undefined
  #timeoutMs = 0
  #dueMs = 0
  #timerMs = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param passed Hears the call that ran too long, and how long it might. */
  constructor(passed: (at: number, timeoutMs: number) => void) {
    this.#passed = passed
  }

  /** The call `at` has just started and may run `timeoutMs`. */
  start(at: number, timeoutMs: number | undefined): void {
    this.#at = timeoutMs === undefined ? undefined : at
    if (timeoutMs === undefined) return
    this.#timeoutMs = timeoutMs
    this.#dueMs = now() + timeoutMs
    // A timer that is due earlier will see that it came too early and wait on.
    if (this.#timer !== undefined && this.#timerMs <= this.#dueMs) return
    this.#wait(timeoutMs)
  }

  /** No call is watched any more. */
  clear(): void {
    this.#at = undefined
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer)
    this.#timerMs = now() + ms
    this.#timer = setTimeout(() => this.#look(), ms)
  }

  #look(): void {
    this.#timer = undefined
    const at = this.#at
    if (at === undefined) return
    const leftMs = this.#dueMs - now()
    if (leftMs > 0) this.#wait(Math.ceil(leftMs))
    // This thread may have been busy itself: what the worker said meanwhile is read before the call is judged.
    else setImmediate(() => void (this.#at === at && this.#dueMs <= now() && this.#passed(at, this.#timeoutMs)))
  }
}
