/**
 * Memory of runs that are over, for those that follow: taken again, it costs no page faults, and a row of runs leaves nothing to collect. Of 500 runs
 * with an argument of 3 MB each took a sixth less CPU time, and 6 MB were there at once instead of 140, or 1.1 GB without `weighted`.
 */
import { weighted } from '../../codec/weight.js'
import { setTimeout } from '../../timers.js'

// One piece is kept whatever its size, more while they are few and small.
const most = 8
const mostBytes = 64 * 1024 ** 2

/** So long after the last run that had any. */
const idleMs = 1_000

const spare: SharedArrayBuffer[] = []
let timer: ReturnType<typeof setTimeout> | undefined

/** Shared memory of this length, out of `pieces` or of what is spare, or new; what is in it means nothing. */
export function takeMemory(pieces: SharedArrayBuffer[], length: number): Uint8Array<SharedArrayBuffer> {
  const size = roomy(length)
  const memory = taken(pieces, size) ?? taken(spare, size) ?? weighted(new SharedArrayBuffer(size))
  return new Uint8Array(memory, 0, length)
}

/** Nothing that runs, or may yet begin, reads these. */
export function keepMemory(pieces: readonly SharedArrayBuffer[]): void {
  if (pieces.length === 0) return
  spare.push(...pieces)
  let bytes = spare.reduce((sum, { byteLength }) => sum + byteLength, 0)
  while (spare.length > 1 && (spare.length > most || bytes > mostBytes)) bytes -= spare.shift()?.byteLength ?? 0
  timer ??= setTimeout(letGo, idleMs).unref()
  timer.refresh()
}

/** An eighth more at the most, so that memory fits arrays of about the same length. What is not touched takes no memory. */
export function roomy(length: number): number {
  const step = Math.max(1, 2 ** (Math.floor(Math.log2(length)) - 3))
  return Math.ceil(length / step) * step
}

function taken(pieces: SharedArrayBuffer[], size: number): SharedArrayBuffer | undefined {
  const at = pieces.findIndex(({ byteLength }) => byteLength === size)
  return at < 0 ? undefined : pieces.splice(at, 1)[0]
}

function letGo(): void {
  spare.length = 0
  timer = undefined
}
