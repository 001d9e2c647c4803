/** This program's own stdout and stderr, which whoever reads them may leave standing. */
import type { StreamNumber } from '../../worker/print-frames.js'

export const ours = (): readonly [NodeJS.WriteStream, NodeJS.WriteStream] => [process.stdout, process.stderr]

/** Write lines of a worker. */
export const writeOut = (stream: StreamNumber, bytes: Uint8Array): void => void ours()[stream].write(bytes)

/** Whether more had better wait. */
export const isFull = (stream: StreamNumber): boolean => ours()[stream].writableNeedDrain

export const isAnyFull = (): boolean => isFull(0) || isFull(1)

const waiting = [new Set<() => void>(), new Set<() => void>()] as const

/** Call `act` once somebody has read what a stream holds, or nobody ever will. One listener for all who wait. */
export function whenDrained(stream: StreamNumber, act: () => void): void {
  waiting[stream].add(act)
  if (waiting[stream].size > 1) return
  const to = ours()[stream]
  const goOn = () => {
    to.off('drain', goOn).off('close', goOn)
    const acts = [...waiting[stream]]
    waiting[stream].clear()
    for (const next of acts) next()
  }
  to.on('drain', goOn).on('close', goOn)
}

/** Holds a thread's messages back while our own output is full of what it printed: else a run might be over long before its lines are. */
export class DrainGate {
  #held: (() => void)[] = []

  /** A message, and whether something was printed before it. Messages stay in order. */
  pass(hasPrinted: boolean, deliver: () => void): void {
    if (this.#held.length === 0 && !(hasPrinted && isAnyFull())) {
      deliver()
      return
    }
    this.#held.push(deliver)
    if (this.#held.length === 1) this.#wait()
  }

  /** Let everything through. */
  open(): void {
    for (const deliver of this.#held.splice(0)) deliver()
  }

  #wait(): void {
    const stream = isFull(0) ? 0 : 1
    whenDrained(stream, () => (isAnyFull() && this.#held.length > 0 ? this.#wait() : this.open()))
  }
}
