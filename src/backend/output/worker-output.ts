/** What one worker prints: lines of several workers never run into each other, whatever pieces they come in. */

import { now } from '../../clock.js'
import type { FrameText, PrintingCall, StreamNumber } from '../../worker/print-frames.js'
import type { Print, Printed } from '../../worker/printed.js'
import { LineBuffer } from './line-buffer.js'
import { Quiet } from './quiet.js'

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

// A progress bar never ends its line, and is to be seen all the same: when no more of it has come for a while, or it has been coming for long. Time
// in which we could not read does not count: the rest of the line may lie in the pipe, and the next worker's would begin in the midst of it.
const restMs = 100
const longestMs = 1_000

const everything: Printed = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]

interface Rest {
  readonly call: PrintingCall | undefined
  /** How much its pipe had brought before it. */
  from: number
  readonly lines: LineBuffer
  sinceMs: number
}

/** The program's own output. */
export interface OwnOutput {
  readonly write: (stream: StreamNumber, bytes: Uint8Array) => void
  /** Whether it waits for its reader, and we with it. */
  readonly isFull: (stream: StreamNumber) => boolean
}

export class WorkerOutput {
  readonly #take: TakeLines
  readonly #own: OwnOutput
  readonly #rests: [Rest, Rest]
  readonly #quiets: readonly [Quiet, Quiet]

  constructor(take: TakeLines, own: OwnOutput) {
    this.#take = take
    this.#own = own
    this.#rests = [this.#newRest(0, undefined), this.#newRest(1, undefined)]
    const quiet = (stream: StreamNumber) =>
      new Quiet(
        restMs,
        () => this.#rests[stream].lines.flush(),
        () => own.isFull(stream),
      )
    this.#quiets = [quiet(0), quiet(1)]
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
    const atMs = now()
    if (isNew) {
      rest.from = from + bytes.length - waiting
      rest.sinceMs = atMs
    }
    // The line of a call that is told apart goes to whoever listens, whole.
    this.#listen(stream, waiting > 0 && call === undefined, atMs - rest.sinceMs < longestMs)
  }

  #listen(stream: StreamNumber, waits: boolean, isYoung: boolean): void {
    const quiet = this.#quiets[stream]
    if (!waits) return quiet.stop()
    quiet.start(false)
    if (isYoung) quiet.heard()
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
      if (lines.waiting === 0) this.#quiets[stream].stop()
    }
  }

  #newRest(stream: StreamNumber, call: PrintingCall | undefined): Rest {
    const out = (bytes: Uint8Array) => {
      if (!this.#take({ stream, bytes, call })) this.#own.write(stream, bytes)
    }
    return { call, from: 0, lines: new LineBuffer(out), sinceMs: 0 }
  }
}
