/** The file of one result: a header that says what it is, and the payload. Pure but for compression. The format is promised in docs/memory-format.md. */
import { crc32 } from 'node:zlib'
import { type Compression, codeOfCompression, compress, compressionOfCode, decompress } from './compression.js'

/** How a payload was written. */
export type PayloadCodec = 'v8' | 'json'

/** What an entry tells about the call that made it. */
export interface EntryMeta {
  /** The function's name, as a person knows it. */
  readonly name?: string
  /** How long the call took, in milliseconds. */
  readonly durationMs?: number
  /** When the result was stored, in milliseconds since 1970. */
  readonly createdAtMs?: number
  /** When it no longer counts, in milliseconds since 1970. */
  readonly expiresAtMs?: number
  /** The arguments, shortened. */
  readonly args?: string
}

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
  /** Starts at a multiple of 8 where the bytes of the entry do; not compressed any more. */
  readonly payload: Uint8Array
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

/*
 * offset  size
 *      0     8  magic
 *      8     1  format version
 *      9     1  codec: 1 v8, 2 json
 *     10     1  compression: 0 none, 1 gzip, 2 brotli, 3 zstd
 *     11     1  0
 *     12     4  length of the key
 *     16     4  length of the metadata
 *     20     4  CRC-32 of the payload, as it is stored
 *     24     8  length of the payload, as it is stored (a double)
 *     32     8  length of the payload before compression (a double)
 *     40     4  CRC-32 of bytes 0 to 39, the key, the metadata and the zeros behind it
 *     44     4  0
 *     48        the key, the metadata (JSON), zeros up to a multiple of 8, the payload
 */
const headerBytes = 48
const magic = Buffer.from('\x89JOBLET\n', 'latin1')
const version = 1
const codecs: readonly PayloadCodec[] = ['v8', 'json']

const padded = (length: number): number => Math.ceil(length / 8) * 8

/** The bytes of an entry, to be written one after the other. The payload's own bytes are among them: they must not change until they are written. */
export function encodeEntry(entry: NewEntry): Uint8Array[] | Promise<Uint8Array[]> {
  const rawBytes = weightOf(entry.payload)
  if (entry.compress === undefined) return withHeader(entry, entry.payload, rawBytes)
  const [first] = entry.payload
  const whole = entry.payload.length === 1 && first !== undefined ? first : Buffer.concat(entry.payload)
  const packed = compress(whole, entry.compress)
  return packed instanceof Promise ? packed.then((bytes) => withHeader(entry, [bytes], rawBytes)) : withHeader(entry, [packed], rawBytes)
}

const weightOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.byteLength, 0)

function withHeader(entry: NewEntry, stored: readonly Uint8Array[], rawBytes: number): Uint8Array[] {
  const key = Buffer.from(entry.key)
  const meta = Buffer.from(JSON.stringify(entry.meta))
  const head = Buffer.alloc(headerBytes + padded(key.byteLength + meta.byteLength))
  head.set(magic)
  head[8] = version
  head[9] = codecs.indexOf(entry.codec) + 1
  head[10] = codeOfCompression(entry.compress)
  head.writeUInt32LE(key.byteLength, 12)
  head.writeUInt32LE(meta.byteLength, 16)
  head.writeUInt32LE(
    stored.reduce((sum, part) => crc32(part, sum), 0),
    20,
  )
  head.writeDoubleLE(weightOf(stored), 24)
  head.writeDoubleLE(rawBytes, 32)
  head.set(key, headerBytes)
  head.set(meta, headerBytes + key.byteLength)
  head.writeUInt32LE(headerChecksum(head), 40)
  return [head, ...stored]
}

const headerChecksum = (head: Uint8Array): number => crc32(head.subarray(44), crc32(head.subarray(0, 40)))

const broken = (fault: BrokenEntry['fault'], reason: string): BrokenEntry => ({ ok: false, fault, reason })

/**
 * Read an entry. Whatever the bytes are: it never throws, and what it says is whole is what was written, but for one damage in four thousand
 * million.
 *
 * @param key The key it was found under.
 * @returns At once, or a promise where more than 64 KB were compressed.
 */
export function readEntry(bytes: Uint8Array, key: string): ReadEntry | Promise<ReadEntry> {
  const entry = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const misfit = misfitOf(entry)
  if (misfit !== undefined) return misfit
  const keyEnd = headerBytes + entry.readUInt32LE(12)
  const metaEnd = keyEnd + entry.readUInt32LE(16)
  const payloadStart = padded(metaEnd)
  if (payloadStart > entry.byteLength || payloadStart + entry.readDoubleLE(24) !== entry.byteLength)
    return broken('damaged', 'its length is wrong: it was cut, or is damaged')
  if (headerChecksum(entry.subarray(0, payloadStart)) !== entry.readUInt32LE(40)) return broken('damaged', 'its header is damaged')
  if (entry.toString('latin1', headerBytes, keyEnd) !== key) return broken('foreign', 'it belongs to another call')
  const stored = entry.subarray(payloadStart)
  if (crc32(stored) !== entry.readUInt32LE(20)) return broken('damaged', 'its payload is damaged')
  return whole(entry, stored, entry.subarray(keyEnd, metaEnd))
}

/** What is wrong with bytes that do not begin as an entry of this format. */
function misfitOf(entry: Buffer): BrokenEntry | undefined {
  if (entry.byteLength < headerBytes || magic.compare(entry, 0, magic.byteLength) !== 0) return broken('foreign', 'it is no file of joblet')
  return entry[8] === version
    ? undefined
    : broken('newer', `it is of format ${entry[8]}, and this version of joblet reads format ${version}`)
}

function whole(entry: Buffer, stored: Buffer, metaText: Buffer): ReadEntry | Promise<ReadEntry> {
  const codec = codecs[(entry[9] ?? 0) - 1]
  const compression = compressionOfCode(entry[10] ?? 0)
  if (codec === undefined || compression === 'unknown') return broken('newer', 'a newer version of joblet wrote it')
  if (compression === undefined) return new Whole(codec, stored, metaText)
  const rawBytes = entry.readDoubleLE(32)
  const finish = (payload: Uint8Array): ReadEntry =>
    payload.byteLength === rawBytes ? new Whole(codec, payload, metaText) : broken('damaged', 'its payload is damaged')
  try {
    const payload = decompress(stored, compression, rawBytes)
    return payload instanceof Promise ? payload.then(finish).catch(unpackable) : finish(payload)
  } catch (error) {
    return unpackable(error)
  }
}

const unpackable = (error: unknown): BrokenEntry =>
  broken('damaged', `its payload cannot be decompressed (${error instanceof Error ? error.message : error})`)

class Whole implements WholeEntry {
  readonly ok = true
  readonly codec: PayloadCodec
  readonly payload: Uint8Array
  readonly #metaText: Buffer

  constructor(codec: PayloadCodec, payload: Uint8Array, metaText: Buffer) {
    this.codec = codec
    // A Buffer would look like one, and its `slice` does not copy.
    this.payload = new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength)
    this.#metaText = metaText
  }

  get meta(): EntryMeta {
    return readMeta(this.#metaText)
  }
}

/** What is known and of the right type; the rest may be from a newer joblet, or from anybody. */
function readMeta(text: Buffer): EntryMeta {
  let found: unknown
  try {
    found = JSON.parse(text.toString())
  } catch {
    return {}
  }
  if (typeof found !== 'object' || found === null) return {}
  const pick = (key: keyof EntryMeta, type: 'string' | 'number'): object => {
    const value: unknown = Object.hasOwn(found, key) ? Reflect.get(found, key) : undefined
    return typeof value === type ? { [key]: value } : {}
  }
  return {
    ...pick('name', 'string'),
    ...pick('durationMs', 'number'),
    ...pick('createdAtMs', 'number'),
    ...pick('expiresAtMs', 'number'),
    ...pick('args', 'string'),
  }
}
