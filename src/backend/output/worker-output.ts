/** What one worker prints: lines of several workers never run into each other, whatever pieces they come in. */

import { now } from '../../clock.js'
import { clearTimeout, setTimeout } from '../../timers.js'
import type { FrameText, PrintingCall, StreamNumber } from '../../worker/print-frames.js'
import type { Print, Printed } from '../../worker/printed.js'
import { LineBuffer } from './line-buffer.js'

/** Lines that a worker printed. */
export interface WorkerLines {
  readonly stream: StreamNumber
  /** Whole lines with their newlines; see {@link LineBuffer} for what else it may be. */
  readonly bytes: Uint8Array
  /** The task that printed them; undefined where its run has not asked, or where no task did. */
  readonly call: PrintingCall | undefined
}

/** Whoever may take lines. @returns Whether it has; else they go to the program's own output. */
export type TakeLines = (lines: WorkerLines) => boolean

// A progress bar never ends its line, and is to be seen all the same.
const restMs = 100

const everything: Printed = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]

interface Rest {
  readonly call: PrintingCall | undefined
  /** How much its pipe had brought before it. */
  from: number
  readonly lines: LineBuffer
  sinceMs: number
}

export class WorkerOutput {
  readonly #take: TakeLines
  readonly #write: (stream: StreamNumber, bytes: Uint8Array) => void
  readonly #rests: [Rest, Rest]
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param write Writes to the program's own output. */
  constructor(take: TakeLines, write: (stream: StreamNumber, bytes: Uint8Array) => void) {
    this.#take = take
    this.#write = write
    this.#rests = [this.#newRest(0, undefined), this.#newRest(1, undefined)]
  }

  /** Text from a pipe. */
  add({ stream, bytes, call, from }: FrameText): void {
    let rest = this.#rests[stream]
    if (rest.call?.batch !== call?.batch || rest.call?.at !== call?.at) {
      rest.lines.flush()
      rest = this.#rests[stream] = this.#newRest(stream, call)
    }
    const before = rest.lines.waiting
    rest.lines.add(bytes)
    const { waiting } = rest.lines
    const isNew = before === 0 || waiting !== before + bytes.length
    if (isNew) rest.from = from + bytes.length - waiting
    if (waiting === 0 || call !== undefined) return
    if (isNew) rest.sinceMs = now()
    this.#timer ??= setTimeout(() => this.#look(), restMs).unref()
  }

  /** What a thread sent. */
  addPrint({ stream, text, call }: Print): void {
    this.add({ stream, bytes: typeof text === 'string' ? Buffer.from(text) : text, call, from: 0 })
  }

  /**
   * Tasks are over, or the worker is: what they printed last goes, whole line or not.
   *
   * @param printed How much the pipes had been given by then: what comes behind that is another task's.
   */
  settle(printed: Printed = everything): void {
    for (const stream of [0, 1] as const) {
      const { call, from, lines } = this.#rests[stream]
      const pipe = call === undefined ? stream : 0
      if (from < printed[pipe]) lines.flush()
    }
    if (this.#rests.some(({ lines }) => lines.waiting > 0)) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #newRest(stream: StreamNumber, call: PrintingCall | undefined): Rest {
    const out = (bytes: Uint8Array) => {
      if (!this.#take({ stream, bytes, call })) this.#write(stream, bytes)
    }
    return { call, from: 0, lines: new LineBuffer(out), sinceMs: 0 }
  }

  #look(): void {
    this.#timer = undefined
    const atMs = now()
    let next = Number.POSITIVE_INFINITY
    for (const { call, lines, sinceMs } of this.#rests) {
      if (call !== undefined || lines.waiting === 0) continue
      if (atMs - sinceMs >= restMs) lines.flush()
      else next = Math.min(next, sinceMs + restMs - atMs)
    }
    if (next < Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#look(), next).unref()
  }
}
