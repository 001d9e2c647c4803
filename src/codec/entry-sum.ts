/** The checksums of an entry, taken at once or while its bytes arrive. */
import { crc32 } from 'node:zlib'
import { at, formats, headerBytesOf, padded } from './entry-layout.js'
import { LaneSum } from './lane-sum.js'

/** Payloads of this many bytes have a tag of their own: from here on it is the faster one (8 MB: 0.7 ms, where CRC-32 takes 1.9). */
export const largePayload = 1_048_576

/** The tag of a large payload. */
export function tagOf(parts: readonly Uint8Array[]): Buffer {
  const tag = new LaneSum()
  for (const part of parts) tag.add(part)
  return tag.end()
}

/** Those of an entry that arrives in parts, one after the other: checking one takes as long as reading the next. */
export class EntrySum {
  #checksum = 0
  #tag: LaneSum | undefined
  #state: 'new' | 'begun' | 'useless' = 'new'

  /** The first part holds all that comes before the payload, if this is to be of any use. */
  add(part: Uint8Array): void {
    if (this.#state === 'new') this.#begin(Buffer.from(part.buffer, part.byteOffset, part.byteLength))
    else if (this.#tag !== undefined) this.#tag.add(part)
    else if (this.#state === 'begun') this.#checksum = crc32(part, this.#checksum)
  }

  /** Whether the checksums in `entry`, whose bytes these were, are right. Asked once. */
  isRightIn(entry: Buffer): boolean {
    if (this.#state !== 'begun') return isIntact(entry)
    return entry.readUInt32LE(at.checksum) === this.#checksum && (this.#tag === undefined || hasTag(entry, this.#tag.end()))
  }

  #begin(part: Buffer): void {
    const start = part.byteLength < headerBytesOf(formats.large) ? undefined : summedTo(part)
    this.#state = start === undefined || start > part.byteLength ? 'useless' : 'begun'
    if (this.#state === 'useless') return
    this.#checksum = crc32(part.subarray(at.checked, start))
    if (part[at.format] === formats.large) this.#tag = new LaneSum().add(part.subarray(start))
  }
}

/** Whether the checksums in an entry are right. */
export function isIntact(entry: Buffer): boolean {
  if (entry[at.format] !== formats.large) return crc32(checkedOf(entry)) === entry.readUInt32LE(at.checksum)
  const start = summedTo(entry)
  return crc32(entry.subarray(at.checked, start)) === entry.readUInt32LE(at.checksum) && hasTag(entry, tagOf([entry.subarray(start)]))
}

// A store gives entries that weigh the same on the same memory, one after the other: to make a view for each costs as much as the checksum.
const mostKept = 65_536
let lastEntry: Buffer | undefined
let lastChecked: Buffer | undefined

function checkedOf(entry: Buffer): Buffer {
  if (lastChecked !== undefined && entry === lastEntry) return lastChecked
  const checked = entry.subarray(at.checked)
  if (entry.byteLength < mostKept) [lastEntry, lastChecked] = [entry, checked]
  return checked
}

/** How far the checksum at the beginning reaches: to the end, or to a payload that has a tag. */
const summedTo = (entry: Buffer): number =>
  entry[at.format] === formats.large
    ? padded(headerBytesOf(formats.large) + entry.readUInt32LE(at.key) + entry.readUInt32LE(at.meta))
    : entry.byteLength

const hasTag = (entry: Buffer, tag: Buffer): boolean => entry.compare(tag, 0, tag.byteLength, at.tag, headerBytesOf(formats.large)) === 0
