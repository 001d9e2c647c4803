/** Workers never keep a script alive; waiting for them does. */
import { clearInterval, setInterval } from 'node:timers'

/** Holds the event loop open while somebody waits. */
export class KeepAlive {
  #waiting = 0
  #handle: ReturnType<typeof setInterval> | undefined

  hold(): void {
    this.#waiting += 1
    this.#handle ??= setInterval(() => undefined, 2 ** 30)
  }

  release(): void {
    this.#waiting -= 1
    if (this.#waiting > 0) return
    clearInterval(this.#handle)
    this.#handle = undefined
  }

  /** Hold until `promise` settles. */
  async during<T>(promise: Promise<T>): Promise<T> {
    this.hold()
    try {
      return await promise
    } finally {
      this.release()
    }
  }
}
