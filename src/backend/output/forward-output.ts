/** What workers print, on its way to this program's own output. */
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { FrameReader, type StreamNumber } from '../../worker/print-frames.js'
import { OutputGate } from './output-gate.js'
import { isAnyFull, isFull, ours, whenDrained } from './own-output.js'
import type { WorkerOutput } from './worker-output.js'

/** A gate that waits as long as whoever reads our own output takes: pipes stand still meanwhile. */
export const newGate = (): OutputGate => new OutputGate(isAnyFull)

/** Node pipes each thread's output without a word; tinypool's count of pipes starts at Node's default of ten, and Node warns of a leak. */
export function allowPipes(): void {
  for (const stream of ours()) {
    const wanted = stream.listenerCount('unpipe') + 10
    const allowed = stream.getMaxListeners()
    if (allowed !== 0 && allowed < wanted) stream.setMaxListeners(wanted)
  }
}

/**
 * tinypool pipes each child's output, and each pipe leaves listeners on ours; here it is read piece by piece.
 *
 * @returns To be called when the pipes are closed.
 */
export function forwardOutput({ stdout, stderr }: ChildProcess, output: WorkerOutput, gate: OutputGate): () => void {
  const read = (from: Readable | null, stream: StreamNumber) => {
    const frames = new FrameReader(stream, (text) => output.add(text))
    // `unpipe` leaves a stream paused.
    from
      ?.unpipe(ours()[stream])
      .on('data', (chunk: Buffer) => {
        frames.add(chunk)
        if (isFull(stream)) {
          // So its worker waits too.
          from.pause()
          whenDrained(stream, () => from.resume())
        }
        gate.heard(stream, chunk.length)
      })
      .resume()
    return frames
  }
  const readers = [read(stdout, 0), read(stderr, 1)]
  return () => {
    for (const frames of readers) frames.end()
  }
}
