/** Looks at the clock between calls, but not between all of them. Worker-safe. */
import { now } from '../clock.js'

// Looking at the clock costs as much as a call to Math.sqrt (0.05 us), so quick calls look only every so often. Not less often than this: what they
// came to is sent only then, and they may be followed by such as take seconds.
const maxCallsPerLook = 16
// What a look is for counts in milliseconds. With 0.05, calls of 40 us looked at each but a few, and took 0.1 us longer.
const quickMs = 0.25

export class Pulse {
  #lookedAt: number
  #callsPerLook = 1
  #callsUntilLook = 1

  /** @param begun The time of the first look. */
  constructor(begun: number) {
    this.#lookedAt = begun
  }

  /** The time in milliseconds, or undefined when it is not worth a look. Ask before each call. */
  look(): number | undefined {
    if (--this.#callsUntilLook > 0) return undefined
    const atMs = now()
    const quick = atMs - this.#lookedAt < quickMs
    this.#callsPerLook = quick ? Math.min(maxCallsPerLook, this.#callsPerLook * 2) : 1
    this.#callsUntilLook = this.#callsPerLook
    this.#lookedAt = atMs
    return atMs
  }
}
