/**
 * Who has a batch that waits in a process: that process, when its turn comes, or the program, which may give it to a worker that has nothing to do.
 * A process in a long call hears nothing, so the two settle it in a file: each writes its word, and only then reads the other's. Writes to one file
 * come one after the other, so at least one of them sees the other's word, and leaves the batch. If both do, the process answers that it has begun
 * no call of it, and the program sends it again. (The handshake of Dekker's algorithm: Dijkstra, "Cooperating sequential processes", 1965.)
 *
 * Each of the two entries that a worker has for batches has a word a side. One for both would not do: a process that is done with a batch says so
 * before it turns to the next, and the program may send a third meanwhile, and take it, before the process has read that the second was taken.
 * A claim costs it 3 us. Worker-safe.
 */
import { openSync, readSync, writeSync } from 'node:fs'
import type { Entry } from './ledger.js'
import { stretchBytes } from './stretch.js'

const { BYTES_PER_ELEMENT: cellBytes } = Int32Array

// Behind the stretch. Each side reads three cells that lie side by side: the other's words, and whether the process writes any.
const processCells = stretchBytes
const openCell = processCells + 2 * cellBytes
const programCells = openCell + cellBytes

const isOpen = 1

/** How long a file is that holds a stretch and the words of both sides, in bytes; all of them zero: nobody has said anything. */
export const wordFileBytes = programCells + 2 * cellBytes

/** The process's side. */
export class ClaimKeeper {
  readonly #descriptor: number

  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  /** Whether this process has a batch that waited, and may begin it: not if the program has taken it, or nobody can tell any more. */
  claim(batch: number, entry: Entry): boolean {
    try {
      write(this.#descriptor, processCells + entry * cellBytes, batch)
      const [open, ...taken] = readThree(this.#descriptor, openCell)
      return open === isOpen && taken[entry] !== batch
    } catch {
      // A task has closed the file.
      return false
    }
  }
}

/** Claims in the file at `path`; undefined if it cannot be opened: then the program takes nothing without asking. */
export function claimsIn(path: string): ClaimKeeper | undefined {
  try {
    const descriptor = openSync(path, 'r+')
    write(descriptor, openCell, isOpen)
    return new ClaimKeeper(descriptor)
  } catch {
    return undefined
  }
}

/**
 * The program's side: take a batch that waits.
 *
 * @param descriptor The same file, open for reading and writing.
 * @returns Whether the program has it: not if the process has begun it, or cannot tell.
 * @throws {Error} If the file is gone.
 */
export function takeClaim(descriptor: number, batch: number, entry: Entry): boolean {
  write(descriptor, programCells + entry * cellBytes, batch)
  const begun = readThree(descriptor, processCells)
  return begun[2] === isOpen && begun[entry] !== batch
}

const write = (descriptor: number, cell: number, value: number): void =>
  void writeSync(descriptor, Int32Array.of(value), 0, cellBytes, cell)

function readThree(descriptor: number, cell: number): Int32Array {
  const three = new Int32Array(3)
  readSync(descriptor, three, 0, three.byteLength, cell)
  return three
}
