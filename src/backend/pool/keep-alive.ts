/** Workers never keep a script alive; waiting for them does. */
import { clearInterval, setInterval } from '../../timers.js'

/** Holds the event loop open while somebody waits. One handle for good: making and clearing one per run costs 5 us. */
export class KeepAlive {
  #waiting = 0
  #handle: ReturnType<typeof setInterval> | undefined

  hold(): void {
    this.#waiting += 1
    if (this.#waiting > 1) return
    this.#handle ??= setInterval(() => undefined, 2 ** 30)
    this.#handle.ref()
  }

  release(): void {
    this.#waiting -= 1
    if (this.#waiting === 0) this.#handle?.unref()
  }

  /** Nobody will wait any more. */
  close(): void {
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
