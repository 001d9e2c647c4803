/** Starts of workers that somebody cuts short: how often, and how soon, another is tried. */
import { now } from '../../clock.js'

// So often and for so long, since a busy machine takes a second over one start; and while other workers are at work, as often as it takes, with
// pauses: whoever kills, such as a machine without memory, is not to be kept busy.
const startsRetried = 4
const retryMs = 1_000
const longestPauseMs = 1_000

export class CutStarts {
  /** How many in a row. */
  times = 0
  #sinceMs = 0

  /** A worker has started. */
  reset(): void {
    this.times = 0
  }

  /** A start was cut short. @returns Milliseconds until the next; undefined for never. */
  pauseMs(othersWork: boolean): number | undefined {
    if (this.times === 0) this.#sinceMs = now()
    this.times += 1
    if (this.times <= startsRetried || now() - this.#sinceMs < retryMs) return 0
    return othersWork ? Math.min(longestPauseMs, 2 ** this.times) : undefined
  }
}
