/** What workers print, on its way to this program's own output. */
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Worker } from 'node:worker_threads'
import { OutputGate } from './output-gate.js'

const ours = (): NodeJS.WriteStream[] => [process.stdout, process.stderr]

/** A gate that waits as long as whoever reads our own output takes: a thread's pipe stands still meanwhile. */
export const newGate = (): OutputGate => new OutputGate(() => ours().some(({ writableNeedDrain }) => writableNeedDrain))

/** Node pipes each thread's output without a word; tinypool's count of pipes starts at Node's default of ten, and Node warns of a leak. */
export function allowPipes(): void {
  for (const stream of ours()) {
    const wanted = stream.listenerCount('unpipe') + 10
    const allowed = stream.getMaxListeners()
    if (allowed !== 0 && allowed < wanted) stream.setMaxListeners(wanted)
  }
}

/** A thread's output is piped by Node, which listens first: what `gate` hears of has been written. */
export function listenToThread({ stdout, stderr }: Worker, gate: OutputGate): void {
  stdout.on('data', (chunk: Buffer) => gate.heard(0, chunk.length))
  stderr.on('data', (chunk: Buffer) => gate.heard(1, chunk.length))
}

/** tinypool pipes each child's output, and each pipe leaves listeners on ours; a plain copy leaves none. */
export function forwardOutput({ stdout, stderr }: ChildProcess, gate: OutputGate): void {
  const copy = (from: Readable | null, to: NodeJS.WriteStream, stream: 0 | 1) => {
    const forward = (chunk: Buffer) => {
      to.write(chunk)
      gate.heard(stream, chunk.length)
    }
    // `unpipe` leaves a stream paused.
    from?.unpipe(to).on('data', forward).resume()
  }
  copy(stdout, process.stdout, 0)
  copy(stderr, process.stderr, 1)
}
