/** Lets a worker's messages through once what the worker had printed before them has been read: no line of a task is lost when its result is the last. */
import type { Printed } from '../../worker/printed.js'
import { Quiet } from './quiet.js'

interface Held {
  readonly printed: Printed
  readonly deliver: () => void
}

// Output that never comes (the task closed its stdout) must not hold results back for ever.
const longestMs = 500

export class OutputGate {
  readonly #read: [number, number] = [0, 0]
  readonly #quiet: Quiet
  #held: Held[] = []

  /** @param isStopped Whether output cannot be read now, because where it goes is full. */
  constructor(isStopped: () => boolean) {
    this.#quiet = new Quiet(longestMs, () => this.open(), isStopped)
  }

  /** `bytes` more of what the worker printed are here. */
  heard(stream: 0 | 1, bytes: number): void {
    this.#read[stream] += bytes
    if (this.#held.length === 0) return
    this.#quiet.heard()
    this.#release()
  }

  /** A message, and how much had been printed before it, where that has changed. Messages stay in order. */
  pass(printed: Printed | undefined, deliver: () => void): void {
    if (printed === undefined && this.#held.length === 0) {
      deliver()
      return
    }
    this.#held.push({ printed: printed ?? [0, 0], deliver })
    this.#release()
    if (this.#held.length > 0) this.#quiet.start()
  }

  /** Let everything through. */
  open(): void {
    this.#quiet.stop()
    for (const { deliver } of this.#held.splice(0)) deliver()
  }

  #release(): void {
    const [out, err] = this.#read
    const waiting = this.#held.findIndex(({ printed }) => printed[0] > out || printed[1] > err)
    const ready = this.#held.splice(0, waiting < 0 ? this.#held.length : waiting)
    if (this.#held.length === 0) this.#quiet.stop()
    for (const { deliver } of ready) deliver()
  }
}
