/** How large results leave a worker: handed over to the program's thread, or in a file that the program reads and removes. Worker-safe. */
import { type Carrier, type Crate, ownMemory } from '../codec/crate.js'
import { writeCrateFile } from '../codec/crate-file.js'
import { type Handover, handOver, isMoved } from '../codec/move.js'
import { type SharedCrate, sharedEntry } from '../codec/shared-memory.js'
import type { LargeResults } from './batch.js'

/** The default for threads. A result that is copied once and handed over costs half of one that is copied on both sides. */
export const defaultLargeResults: LargeResults = { minBytes: 1 << 20, folders: [] }

let lastFile = 0

export class ResultCarrier implements Carrier {
  readonly #run: number
  readonly #large: LargeResults
  readonly #sharesMemory: boolean
  readonly #taken: Handover[] = []

  constructor(run: number, large: LargeResults, sharesMemory: boolean) {
    this.#run = run
    this.#large = large
    this.#sharesMemory = sharesMemory
  }

  wantsBare(buffer: ArrayBuffer): boolean {
    return buffer.byteLength >= this.#large.minBytes || isMoved(buffer)
  }

  crateFor(buffer: ArrayBuffer, offset: number, length: number): Crate | undefined {
    const moves = length === buffer.byteLength && isMoved(buffer)
    const crate = this.#crate(buffer, offset, length, moves)
    if (moves) this.#taken.push([buffer, crate?.kind === 'given' ? crate : undefined])
    return crate
  }

  #crate(buffer: ArrayBuffer, offset: number, length: number, moves: boolean): Crate | undefined {
    const isLarge = length >= this.#large.minBytes
    if (!isLarge && !(moves && this.#sharesMemory && length > 0)) return undefined
    const bytes = new Uint8Array(buffer, offset, length)
    // What moves is taken when all is written: what cannot be sent is not lost.
    if (this.#sharesMemory) return { kind: 'given', buffer: moves ? buffer : ownMemory(bytes) }
    const file = writeCrateFile(this.#large.folders, `${this.#run}-${process.pid}-${++lastFile}`, bytes)
    return file === undefined ? undefined : { kind: 'filed', file, bytes: length, once: true }
  }

  /** What came from the program goes back by its number. */
  crateForShared(buffer: SharedArrayBuffer): SharedCrate | undefined {
    return sharedEntry(buffer)?.crate
  }

  /** All is written: take what moves. */
  finish(): void {
    handOver(this.#taken)
  }
}

/** Memory in an envelope that is handed over with it. */
export const givenIn = (crates: readonly Crate[] = []): ArrayBuffer[] =>
  crates.flatMap((crate) => (crate.kind === 'given' ? [crate.buffer] : []))
