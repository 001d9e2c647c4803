/** The file of one result: a header that says what it is, and the payload. Pure but for compression. The format is promised in docs/memory-format.md. */
import { crc32 } from 'node:zlib'
import { checkFileSize } from '../file-size.js'
import { weightOf } from '../parts.js'
import { type Compression, codeOfCompression, compress, compressionOfCode, decompress, smallBytes } from './compression.js'
import { at, formats, headerBytesOf, magic, padded } from './entry-layout.js'
import { type EntryMeta, readMeta } from './entry-meta.js'
import { type EntrySum, isIntact, largePayload, tagOf } from './entry-sum.js'

export type { EntryMeta }

/** How a payload was written. */
export type PayloadCodec = 'v8' | 'json'

/** What goes into an entry. */
export interface NewEntry {
  /** The key that it is kept under: an entry that turns up under another one does not count. */
  readonly key: string
  readonly meta: EntryMeta
  readonly codec: PayloadCodec
  readonly compress?: Compression | undefined
  readonly payload: readonly Uint8Array[]
}

/** An entry that is whole, or why it is not. */
export type ReadEntry = WholeEntry | BrokenEntry
export interface WholeEntry {
  readonly ok: true
  readonly codec: PayloadCodec
  /** Bytes that end with the payload, which is not compressed any more. */
  readonly bytes: Uint8Array
  /** Where it starts in them: at a multiple of 8 where the bytes of the entry do. */
  readonly start: number
  readonly payloadBytes: number
  /** The payload by itself. Made when it is asked for: small ones are read where they lie. */
  readonly payload: Uint8Array
  /** The payload on memory of its own. */
  copyPayload(): Uint8Array
  /** Parsed when it is asked for: most hits never do. */
  readonly meta: EntryMeta
}
export interface BrokenEntry {
  readonly ok: false
  /** Whose fault it is: nothing of ours or of another key, of a newer joblet, or not as it was written. */
  readonly fault: 'foreign' | 'newer' | 'damaged'
  /** The end of a sentence about the entry: `it is cut short`. */
  readonly reason: string
}

const codecs: readonly PayloadCodec[] = ['v8', 'json']

/**
 * The bytes of an entry, to be written one after the other. The payload's own bytes are among them: they must not change until they are written.
 *
 * @throws {CodecError} If there are more than one file holds.
 */
export function encodeEntry(entry: NewEntry): Uint8Array[] | Promise<Uint8Array[]> {
  const rawBytes = weightOf(entry.payload)
  if (entry.compress === undefined) return withHeader(entry, entry.payload, rawBytes)
  const [first] = entry.payload
  const whole = entry.payload.length === 1 && first !== undefined ? first : Buffer.concat(entry.payload)
  const packed = compress(whole, entry.compress)
  return packed instanceof Promise ? packed.then((bytes) => withHeader(entry, [bytes], rawBytes)) : withHeader(entry, [packed], rawBytes)
}

function withHeader(entry: NewEntry, stored: readonly Uint8Array[], rawBytes: number): Uint8Array[] {
  const key = Buffer.from(entry.key)
  const meta = Buffer.from(JSON.stringify(entry.meta))
  const storedBytes = weightOf(stored)
  checkFileSize(storedBytes)
  const isLarge = storedBytes >= largePayload
  const format = isLarge ? formats.large : formats.small
  const headerBytes = headerBytesOf(format)
  const head = Buffer.alloc(headerBytes + padded(key.byteLength + meta.byteLength))
  head.set(magic)
  head[at.format] = format
  head[at.codec] = codecs.indexOf(entry.codec) + 1
  head[at.compression] = codeOfCompression(entry.compress)
  head.writeUInt32LE(key.byteLength, at.key)
  head.writeUInt32LE(meta.byteLength, at.meta)
  head.writeDoubleLE(storedBytes, at.stored)
  head.writeDoubleLE(rawBytes, at.raw)
  head.set(key, headerBytes)
  head.set(meta, headerBytes + key.byteLength)
  if (isLarge) head.set(tagOf(stored), at.tag)
  const beginning = crc32(head.subarray(at.checked))
  head.writeUInt32LE(isLarge ? beginning : stored.reduce((sum, part) => crc32(part, sum), beginning), at.checksum)
  return [head, ...stored]
}

const broken = (fault: BrokenEntry['fault'], reason: string): BrokenEntry => ({ ok: false, fault, reason })

/**
 * Read an entry. Whatever the bytes are: it never throws, and what it says is whole is what was written, but for one damage in four thousand
 * million.
 *
 * @param bytes Up to 64 KB of them may be used for something else once the payload and the metadata have been read.
 * @param key The key it was found under.
 * @param sum Its checksums, if they were taken while it was read.
 * @returns At once, or a promise where more than 64 KB were compressed.
 */
export function readEntry(bytes: Uint8Array, key: string, sum?: EntrySum): ReadEntry | Promise<ReadEntry> {
  const entry = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const misfit = misfitOf(entry)
  if (misfit !== undefined) return misfit
  const headerBytes = headerBytesOf(entry[at.format] ?? 0)
  const keyEnd = headerBytes + entry.readUInt32LE(at.key)
  const metaEnd = keyEnd + entry.readUInt32LE(at.meta)
  const payloadStart = padded(metaEnd)
  if (payloadStart > entry.byteLength || payloadStart + entry.readDoubleLE(at.stored) !== entry.byteLength)
    return broken('damaged', 'its length is wrong: it was cut, or is damaged')
  if (!(sum === undefined ? isIntact(entry) : sum.isRightIn(entry))) return broken('damaged', 'its checksum is wrong')
  if (entry.toString('latin1', headerBytes, keyEnd) !== key) return broken('foreign', 'it belongs to another call')
  return whole(entry, payloadStart, [keyEnd, metaEnd])
}

/** What is wrong with bytes that do not begin as an entry of this format. */
function misfitOf(entry: Buffer): BrokenEntry | undefined {
  if (entry.byteLength < headerBytesOf(formats.small) || !startsWithMagic(entry)) return broken('foreign', 'it is no file of joblet')
  const format = entry[at.format]
  return format === formats.small || format === formats.large
    ? undefined
    : broken('newer', `it is of format ${format}, and this version of joblet reads formats 1 and 2`)
}

const [magicLow, magicHigh] = [magic.readUInt32LE(0), magic.readUInt32LE(4)]
const startsWithMagic = (entry: Buffer): boolean => entry.readUInt32LE(0) === magicLow && entry.readUInt32LE(4) === magicHigh

function whole(entry: Buffer, payloadStart: number, meta: MetaRange): ReadEntry | Promise<ReadEntry> {
  const codec = codecs[(entry[at.codec] ?? 0) - 1]
  const compression = compressionOfCode(entry[at.compression] ?? 0)
  if (codec === undefined || compression === 'unknown') return broken('newer', 'a newer joblet wrote it')
  if (compression === undefined) return new Whole(codec, entry, payloadStart, { entry, range: meta })
  const stored = entry.subarray(payloadStart)
  const rawBytes = entry.readDoubleLE(at.raw)
  const finish = (payload: Uint8Array): ReadEntry =>
    payload.byteLength === rawBytes ? new Whole(codec, payload, 0, { entry, range: meta }) : broken('damaged', 'its payload is damaged')
  try {
    // What another thread reads must stay: the caller may use the memory of a small entry again.
    const own = rawBytes > smallBytes && stored.byteLength <= smallBytes ? Buffer.from(stored) : stored
    const payload = decompress(own, compression, rawBytes)
    return payload instanceof Promise ? payload.then(finish).catch(unpackable) : finish(payload)
  } catch (error) {
    return unpackable(error)
  }
}

const unpackable = (error: unknown): BrokenEntry =>
  broken('damaged', `its payload cannot be decompressed (${error instanceof Error ? error.message : error})`)

type MetaRange = readonly [start: number, end: number]

class Whole implements WholeEntry {
  readonly ok = true
  readonly codec: PayloadCodec
  readonly bytes: Uint8Array
  readonly start: number
  readonly #meta: { readonly entry: Buffer; readonly range: MetaRange }

  constructor(codec: PayloadCodec, bytes: Uint8Array, start: number, meta: { readonly entry: Buffer; readonly range: MetaRange }) {
    this.codec = codec
    this.bytes = bytes
    this.start = start
    this.#meta = meta
  }

  get payloadBytes(): number {
    return this.bytes.byteLength - this.start
  }

  get payload(): Uint8Array {
    // A Buffer would look like a Uint8Array, and its `slice` does not copy.
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + this.start, this.payloadBytes)
  }

  copyPayload(): Uint8Array {
    return this.payload.slice()
  }

  get meta(): EntryMeta {
    return readMeta(this.#meta.entry.subarray(...this.#meta.range))
  }
}
