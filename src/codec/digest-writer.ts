/**
 * Bytes on their way into sha256, in frames: a frame that has grown past {@link keptBytes} is replaced by its digest when it is closed.
 *
 * So what is written for a part depends on that part alone, a part that was met before needs no second walk, and no value needs memory
 * of its own size: a long frame goes into a hash of its own while it is written.
 */
import type { Hash } from 'node:crypto'
import { createHash, hash } from 'node:crypto'
import { piecesOf } from '../limits.js'

/** Frames up to this size stay as they are. */
export const keptBytes = 1024

// Larger pieces go to the hash without a copy; smaller ones are cheaper together: one update costs 0.4 us.
const chunkBytes = 16_384
// Deep nesting makes the buffer grow; it is not kept.
const maxKeptBytes = 1_048_576
const digestTag = 0xff
const digestBytes = 32
// Names of properties are short, and a loop over a few characters is five times cheaper than a call into the engine.
const shortText = 24

const number = new Float64Array(1)
const numberBytes = new Uint8Array(number.buffer)

/** Writes one value; may be used again after {@link DigestWriter.finish} or {@link DigestWriter.reset}. */
export class DigestWriter {
  #bytes = Buffer.allocUnsafeSlow(2 * chunkBytes)
  /** The beginning that was taken last: most values weigh what the one before did, and a view costs a third of what hashing it does. */
  #taken = this.#bytes.subarray(0, 0)
  #at = 0
  #start = 0
  #hash: Hash | undefined
  /** Of the frames around: where they start, and their hashes. */
  readonly #starts: number[] = []
  readonly #hashes: (Hash | undefined)[] = []

  /** Forget everything. */
  reset(): void {
    this.#at = this.#start = 0
    if (this.#starts.length > 0) this.#starts.length = this.#hashes.length = 0
    this.#hash = undefined
    if (this.#bytes.length > maxKeptBytes) this.#writeTo(Buffer.allocUnsafeSlow(2 * chunkBytes))
  }

  /** The digest of all that was written, in hex. */
  finish(): string {
    const rest = this.#written()
    const digest = this.#hash === undefined ? hash('sha256', rest, 'hex') : this.#hash.update(rest).digest('hex')
    this.reset()
    return digest
  }

  #written(): Buffer {
    if (this.#taken.length !== this.#at) this.#taken = this.#bytes.subarray(0, this.#at)
    return this.#taken
  }

  /** Begin a frame. */
  open(): void {
    this.#starts.push(this.#start)
    this.#hashes.push(this.#hash)
    this.#start = this.#at
    this.#hash = undefined
  }

  /** End a frame; its digest, if that took its place. */
  close(): Buffer | undefined {
    const digest = this.#hash !== undefined || this.#at - this.#start > keptBytes ? this.#digest() : undefined
    if (digest !== undefined) {
      this.#at = this.#start
      this.digest(digest)
    }
    this.#leave()
    return digest
  }

  /** End a frame and take it out: what it holds, a character a byte. */
  closeApart(): string {
    const start = this.#start
    this.close()
    const text = this.#bytes.toString('latin1', start, this.#at)
    this.#at = start
    return text
  }

  /** A digest that {@link DigestWriter.close} gave. */
  digest(digest: Buffer): void {
    this.byte(digestTag)
    this.#reserve(digestBytes)
    this.#at += digest.copy(this.#bytes, this.#at)
  }

  byte(value: number): void {
    if (this.#at >= this.#bytes.length) this.#reserve(1)
    this.#bytes[this.#at++] = value
  }

  /** Four bytes. */
  int(value: number): void {
    this.#reserve(4)
    const [bytes, at] = [this.#bytes, this.#at]
    bytes[at] = value
    bytes[at + 1] = value >>> 8
    bytes[at + 2] = value >>> 16
    bytes[at + 3] = value >>> 24
    this.#at = at + 4
  }

  /** Eight bytes. There are many NaNs; they count as one. */
  double(value: number): void {
    this.#reserve(8)
    number[0] = Number.isNaN(value) ? Number.NaN : value
    const [bytes, at] = [this.#bytes, this.#at]
    for (let i = 0; i < 8; i++) bytes[at + i] = numberBytes[i] as number
    this.#at = at + 8
  }

  /** A string and its length, as UTF-8; as UTF-16 if it has a lone surrogate, which UTF-8 cannot tell from another. */
  text(value: string): void {
    if (value.length <= shortText && this.#shortAscii(value)) return
    const wellFormed = !/\p{Surrogate}/u.test(value)
    if (value.length > chunkBytes) return this.#longText(value, wellFormed)
    this.#reserve(5 + 3 * value.length)
    const from = this.#at
    this.#at += 4
    const size = this.#bytes.write(value, this.#at, wellFormed ? 'utf8' : 'utf16le')
    this.#at = from
    // The sign says which of the two it is.
    this.int(wellFormed ? size : -size)
    this.#at += size
  }

  /** Bytes as they lie in memory, and how many; many of them are not copied. */
  bytes(value: Uint8Array): void {
    this.double(value.byteLength)
    if (value.byteLength > chunkBytes) {
      this.#flush()
      for (const piece of piecesOf(value)) this.#hash?.update(piece)
      return
    }
    this.#reserve(value.byteLength)
    this.#bytes.set(value, this.#at)
    this.#at += value.byteLength
  }

  /** What {@link DigestWriter.closeApart} gave. */
  latin1(value: string): void {
    this.#reserve(value.length)
    this.#at += this.#bytes.write(value, this.#at, 'latin1')
  }

  #shortAscii(value: string): boolean {
    const { length } = value
    this.#reserve(4 + shortText)
    const [bytes, from] = [this.#bytes, this.#at + 4]
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i)
      if (code > 0x7f) return false
      bytes[from + i] = code
    }
    this.int(length)
    this.#at += length
    return true
  }

  #longText(value: string, wellFormed: boolean): void {
    const bytes = Buffer.from(value, wellFormed ? 'utf8' : 'utf16le')
    // Sizes that no other text has.
    this.int(wellFormed ? 0x7fffffff : -1)
    this.bytes(bytes)
  }

  #digest(): Buffer {
    const rest = this.#bytes.subarray(this.#start, this.#at)
    return this.#hash === undefined ? Buffer.from(hash('sha256', rest, 'hex'), 'hex') : this.#hash.update(rest).digest()
  }

  #leave(): void {
    this.#start = this.#starts.pop() ?? 0
    this.#hash = this.#hashes.pop()
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#bytes.length) return
    if (this.#at - this.#start >= chunkBytes) this.#flush()
    if (this.#at + size <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(2 * (this.#at + size))
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#writeTo(grown)
  }

  #writeTo(bytes: Buffer<ArrayBuffer>): void {
    this.#bytes = bytes
    this.#taken = bytes.subarray(0, 0)
  }

  #flush(): void {
    this.#hash ??= createHash('sha256')
    this.#hash.update(this.#bytes.subarray(this.#start, this.#at))
    this.#at = this.#start
  }
}
