/** A worker that is a process: its messages and what it prints, which come by different ways, and its end. */
import type { ChildProcess } from 'node:child_process'
import type { Letter } from '../../codec/wire.js'
import { clearTimeout, setTimeout } from '../../timers.js'
import type { Printed } from '../../worker/printed.js'
import type { WorkerLoss } from '../backend.js'
import { forwardOutput, newGate } from '../output/forward-output.js'
import { isFull, writeOut } from '../output/own-output.js'
import { Quiet } from '../output/quiet.js'
import { type TakeLines, WorkerOutput } from '../output/worker-output.js'
import { noteProcess } from './grandchildren.js'

/** Who hears a process. */
export interface ProcessHearer {
  received(letter: Letter): void
  /** It has ended; what it said before is being read. */
  dying(how: WorkerLoss): void
  /** It has ended, and has said all. */
  ended(how: WorkerLoss): void
  readonly printed: TakeLines
}

// How long a dead process's pipes may take to close, while this thread is free to read them.
const lastWordsMs = 50
// How long the end of a process may take to be told, once it cannot be written to.
const exitMs = 1_000
const brokenPipes = new Set<unknown>(['EPIPE', 'ECONNRESET', 'ERR_IPC_CHANNEL_CLOSED'])

export class ProcessLink {
  readonly #hearer: ProcessHearer
  readonly #output: WorkerOutput
  readonly #gate = newGate()

  constructor(hearer: ProcessHearer) {
    this.#hearer = hearer
    this.#output = new WorkerOutput(hearer.printed, { write: writeOut, isFull })
  }

  /** A message of the process, and how much had been printed by the calls that it tells of, where that has changed. */
  heard(message: unknown): void {
    // A task may have sent it.
    const { joblet: letter, printed } = (message ?? {}) as { joblet?: Letter; printed?: Printed | null }
    if (letter === undefined) return
    this.#gate.pass(printed ?? undefined, () => {
      if (printed != null) this.#output.settle(printed)
      this.#hearer.received(letter)
    })
  }

  /** The process is there. */
  watch(process: ChildProcess): void {
    const endOutput = forwardOutput(process, this.#output, this.#gate)
    // Nobody writes there: a task that reads finds the end, as on a thread, instead of waiting for ever.
    process.stdin?.destroy()
    const forget = noteProcess(process.pid ?? 0)
    process.once('exit', (exitCode, signal) => {
      forget()
      const how = { exitCode: exitCode ?? undefined, signal: signal ?? undefined }
      this.#hearer.dying(how)
      // Its last words and messages are still being read; a grandchild may hold the pipes open for ever.
      const closed = () => {
        quiet.stop()
        process.off('close', closed)
        endOutput()
        this.#output.settle()
        this.#gate.open()
        this.#hearer.ended(how)
      }
      const quiet = new Quiet(lastWordsMs, closed, () => false)
      quiet.start()
      process.once('close', closed)
    })
  }
}

/** Whether a message could not be written, as to a process that dies: that is told before its end is. */
export const isBrokenPipe = (error: unknown): boolean => error instanceof Error && 'code' in error && brokenPipes.has(error.code)

/** Resolves when the end of a process that cannot be written to has been told, or should have been. */
export const endTold = (process: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, exitMs)
    process.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
  })
