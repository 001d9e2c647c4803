/** Reads the rest of a large file: here for a few milliseconds, then in other threads, while what is there is looked at. */
import { closeSync, read, readSync } from 'node:fs'
import { now } from '../clock.js'
import { checkFileSize } from '../file-size.js'

/**
 * Read at a time in this thread, and then looked at: twice as much each time, so that a slow disk holds nobody up for long. Parts of 1 MB make a hit of
 * 8 MB 2.2 ms, parts of 256 KB 2.4, 2 MB or all of it at once 2.5 (a bare read 1.1): what was read is still in the last cache, and more calls of the
 * system cost more. What the system keeps in memory is there as soon as anybody else could have it: an answer of other threads waits for its turn,
 * and for collections meanwhile (1.9 to 3 ms).
 */
const firstStep = 262_144
const longestStep = 1_048_576

/** After so long, other threads read the rest: this one has other things to do, and a disk may be slow. */
const longestMs = 5

/** Read at a time by other threads, so that one part is checked while the next are read. More of them, or parts of 1 or 4 MB, gain nothing. */
const partBytes = 2_097_152
const partsAhead = 2

/**
 * Where a large file begins in its memory. New memory begins 16 bytes into a page, the file with a page; and where the goal lies 1 to 31 bytes
 * further into its page than the source, Zen 3 and 4 copy slowly: 8 MB take 4.4 ms instead of 0.6, or 8.7 instead of 6.3 where the pages are new.
 *
 * @see https://sourceware.org/bugzilla/show_bug.cgi?id=30994
 */
const margin = 64

/** Sees the bytes of a large file, part after part, while the rest is being read. */
export interface Watcher {
  add(part: Uint8Array): void
}

/** A part of a large file that is being read. */
interface Part {
  readonly from: number
  /** Where it ended: earlier than was asked for, if the file was cut. */
  readonly end: Promise<number>
}

/** Memory for a file of so many bytes, aligned for every typed array. @throws {CodecError} If there is none so large. */
export function memoryFor(bytes: number): Uint8Array {
  checkFileSize(bytes)
  return new Uint8Array(Buffer.allocUnsafeSlow(margin + bytes).buffer, margin)
}

/** A large file of which the beginning was read. */
export class LargeRead {
  readonly #file: number
  readonly #bytes: Uint8Array
  readonly #parts: Part[] = []
  /** How far it was read, and how far others were asked to read it. */
  #seen: number
  #asked: number

  /** @param begun So many bytes are there. */
  constructor(file: number, bytes: Uint8Array, begun: number) {
    this.#file = file
    this.#bytes = bytes
    this.#seen = begun
    this.#asked = begun
  }

  /** All of it, or what there is of a file that was cut meanwhile. The file is closed. */
  async finish(watcher?: Watcher): Promise<Uint8Array> {
    try {
      return await this.#readRest(watcher)
    } finally {
      // Who still reads must not read from the next file of that number.
      await Promise.allSettled(this.#parts.map(({ end }) => end))
      closeSync(this.#file)
    }
  }

  async #readRest(watcher: Watcher | undefined): Promise<Uint8Array> {
    const bytes = this.#bytes
    watcher?.add(bytes.subarray(0, this.#seen))
    this.#readForAWhile(watcher)
    this.#readAhead(partsAhead)
    // Where it was cut, the next part begins further on.
    for (let i = 0, part = this.#parts[0]; part?.from === this.#seen; part = this.#parts[++i]) {
      const end = await part.end
      this.#readAhead(i + 1 + partsAhead)
      watcher?.add(bytes.subarray(this.#seen, end))
      this.#seen = end
    }
    return bytes.subarray(0, this.#seen)
  }

  #readForAWhile(watcher: Watcher | undefined): void {
    const bytes = this.#bytes
    const latest = now() + longestMs
    let step = firstStep
    for (let count = -1; this.#seen < bytes.byteLength && count !== 0 && now() < latest; this.#seen += count) {
      count = readSync(this.#file, bytes, this.#seen, Math.min(bytes.byteLength - this.#seen, step), this.#seen)
      step = Math.min(2 * step, longestStep)
      watcher?.add(bytes.subarray(this.#seen, this.#seen + count))
    }
    this.#asked = this.#seen
  }

  #readAhead(parts: number): void {
    while (this.#parts.length < parts && this.#asked < this.#bytes.byteLength) {
      const from = this.#asked
      this.#asked = Math.min(from + partBytes, this.#bytes.byteLength)
      const end = this.#readPart(from, this.#asked)
      // Asked for when its turn comes; till then it may fail unheard.
      end.catch(() => undefined)
      this.#parts.push({ from, end })
    }
  }

  #readPart(from: number, to: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const more = (at: number): void =>
        read(this.#file, this.#bytes, at, to - at, at, (error, count) => {
          if (error !== null) reject(error)
          else if (count === 0 || at + count === to) resolve(at + count)
          else more(at + count)
        })
      more(from)
    })
  }
}
