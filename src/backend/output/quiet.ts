/** Waits for silence: runs out when nothing has been heard in several looks, between which the event loop was free to hear. */
import { clearTimeout, setTimeout } from '../../timers.js'

/** Each look is followed by a turn of the loop in which what has come is read, so a thread that was busy meanwhile loses one of them, not all. */
const looks = 5

export class Quiet {
  readonly #lookMs: number
  readonly #ranOut: () => void
  readonly #isStopped: () => boolean
  #left = 0
  #keepsAlive = true
  #timer: ReturnType<typeof setTimeout> | undefined

  /**
   * @param quietMs How long nothing may be heard.
   * @param ranOut Called once when nothing was.
   * @param isStopped Whether nothing can be heard just now, which then means nothing.
   */
  constructor(quietMs: number, ranOut: () => void, isStopped: () => boolean) {
    this.#lookMs = quietMs / looks
    this.#ranOut = ranOut
    this.#isStopped = isStopped
  }

  /**
   * Begin, unless it has begun.
   *
   * @param keepsAlive Whether a program that has nothing more to do waits for it.
   */
  start(keepsAlive = true): void {
    if (this.#timer !== undefined) return
    this.#keepsAlive = keepsAlive
    this.#left = looks
    this.#wait()
  }

  /** Something was heard: the time begins anew. */
  heard(): void {
    this.#left = looks
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #wait(): void {
    this.#timer = setTimeout(() => this.#look(), this.#lookMs)
    if (!this.#keepsAlive) this.#timer.unref()
  }

  #look(): void {
    if (!this.#isStopped()) this.#left -= 1
    if (this.#left > 0) {
      this.#wait()
      return
    }
    this.stop()
    this.#ranOut()
  }
}
