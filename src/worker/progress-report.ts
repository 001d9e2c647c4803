/** How far a task says that it has come, told no more often than somebody can look. Worker-safe. */

import { now } from '../clock.js'
import { clearTimeout, setTimeout } from '../timers.js'
import type { TaskProgress } from './messages.js'

// A message costs the caller's thread up to 0.1 ms: a task that reports in a tight loop takes half a percent of it.
const everyMs = 20

export class ProgressReport {
  readonly #tell: ((progress: TaskProgress) => void) | undefined
  #waiting: TaskProgress | undefined
  #toldMs = Number.NEGATIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param tell Hears what is told; undefined: nobody does. */
  constructor(tell: ((progress: TaskProgress) => void) | undefined) {
    this.#tell = tell
  }

  /** @throws {TypeError} If `value` is neither a fraction from 0 to 1 nor a text. */
  report(value: unknown): void {
    const progress = check(value)
    if (this.#tell === undefined) return
    this.#waiting = progress
    const waitMs = everyMs - (now() - this.#toldMs)
    if (waitMs <= 0) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), waitMs).unref()
  }

  /** Tell what waits. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const progress = this.#waiting
    if (progress === undefined) return
    this.#waiting = undefined
    this.#toldMs = now()
    this.#tell?.(progress)
  }
}

function check(value: unknown): TaskProgress {
  if (typeof value === 'string' || (typeof value === 'number' && value >= 0 && value <= 1)) return value
  const got = typeof value === 'number' ? String(value) : value === null ? 'null' : `a value of type ${typeof value}`
  throw new TypeError(`cannot report ${got} as progress: it is neither a number from 0 to 1 nor a text; write reportProgress(done / total)`)
}
