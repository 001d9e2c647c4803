/** With `JOBLET_DEBUG=1`: finds tasks that write to memory which `shared` made, and forgets such memory that the program has given up. Worker-safe. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readSharedFile } from '../codec/crate-file.js'
import { arrivals, dropArrival, type SharedCrate } from '../codec/shared-memory.js'
import { piecesOf } from '../limits.js'

/** Digests of the memory that is watched: a copy of this worker's own, so that nobody else's task is blamed. */
const sums = new Map<SharedArrayBuffer, string>()

/** Watch what has arrived. @returns Whether there is anything to watch. */
export function watchArrivals(): boolean {
  for (const [{ watched }, memory] of arrivals()) if (watched && !sums.has(memory)) sums.set(memory, sumOf(memory))
  return sums.size > 0
}

/** Whether a task has written to what is watched since the last look; the memory is made as it was. */
export function wasWritten(): boolean {
  let written = false
  for (const [crate, memory] of arrivals()) {
    const sum = sums.get(memory)
    if (sum === undefined || sum === sumOf(memory)) continue
    written = true
    new Uint8Array(memory).set(original(crate))
  }
  return written
}

function sumOf(memory: SharedArrayBuffer): string {
  const hash = createHash('sha1')
  for (const piece of piecesOf(new Uint8Array(memory))) hash.update(piece)
  return hash.digest('hex')
}

const original = ({ memory, file = '', bytes }: SharedCrate): Uint8Array => memory ?? new Uint8Array(readSharedFile({ file, bytes }))

/** Keep no memory whose file the program has removed: nobody can name it any more. */
export function dropGoneArrivals(): void {
  for (const [{ id, file }, memory] of arrivals()) {
    if (file !== undefined && existsSync(file)) continue
    dropArrival(id)
    sums.delete(memory)
  }
}
