/** Reads the file of an entry: up to 64 KB at once, a larger one by a promise. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs'
import { LargeRead, memoryFor, type Watcher } from './read-large.js'

export type { Watcher }

/** Under this size a file is read synchronously: 0.01 ms where a promise costs 0.14. */
const atOnce = 65_536

// A pipe that somebody put there would block its reader for ever.
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
const noLinks = constants.O_NOFOLLOW ?? 0

/** A large file, and who saw it arrive. */
export interface Watched {
  readonly bytes: Uint8Array
  readonly watcher: Watcher | undefined
}

let scratch: Buffer | undefined
let view: Buffer = Buffer.alloc(0)

/**
 * The bytes of the file at `path`, on a buffer that is aligned for every typed array; undefined where there is none.
 *
 * @param followLinks Entries are never links: one that is, was put there by somebody.
 * @throws {Error} At once or later, if there is one and it cannot be read.
 */
export function readEntryFile(path: string, followLinks = false): Uint8Array | undefined | Promise<Uint8Array> {
  const read = readOrBegin(path, followLinks)
  return read instanceof LargeRead ? read.finish() : read && copyOf(read)
}

/**
 * The same, but what comes at once lies on memory that the next read uses: not to copy it saves 0.6 us. What comes later was watched on the way.
 *
 * @throws {Error} As {@link readEntryFile} does.
 */
export function peekEntryFile(path: string, watch?: () => Watcher): Uint8Array | undefined | Promise<Watched> {
  const read = readOrBegin(path, false)
  if (!(read instanceof LargeRead)) return read
  const watcher = watch?.()
  return read.finish(watcher).then((bytes) => ({ bytes, watcher }))
}

function readOrBegin(path: string, followLinks: boolean): Uint8Array | undefined | LargeRead {
  const file = openIfThere(path, followLinks ? flags : flags | noLinks)
  if (file === undefined) return undefined
  let reading = false
  try {
    scratch ??= Buffer.allocUnsafeSlow(atOnce)
    // No question for the size first: it would cost as much as reading.
    const length = readSync(file, scratch, 0, atOnce, null)
    if (length < atOnce) return viewOf(scratch, length)
    const bytes = memoryFor(Math.max(fstatSync(file).size, atOnce))
    bytes.set(scratch)
    reading = true
    return new LargeRead(file, bytes, atOnce)
  } finally {
    if (!reading) closeSync(file)
  }
}

function openIfThere(path: string, how: number): number | undefined {
  try {
    return openSync(path, how)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

// Memory of its own for each small entry would be half of what a hit allocates, and the dearest to clear up; but one that is kept keeps its slab.
const slabBytes = 8_192
let slab = new ArrayBuffer(0)
let used = 0

/** Entries of one function often weigh the same. */
function viewOf(bytes: Buffer, length: number): Buffer {
  if (view.byteLength !== length || view.buffer !== bytes.buffer) view = bytes.subarray(0, length)
  return view
}

/** Beside other entries in one piece of memory, if it is small; aligned for every typed array. */
function copyOf(bytes: Uint8Array): Uint8Array {
  const { byteLength } = bytes
  const copy = byteLength > slabBytes / 4 ? new Uint8Array(byteLength) : pieceOf(byteLength)
  copy.set(bytes)
  return copy
}

function pieceOf(length: number): Uint8Array {
  if (used + length > slab.byteLength) {
    slab = new ArrayBuffer(slabBytes)
    used = 0
  }
  const piece = new Uint8Array(slab, used, length)
  used = Math.ceil((used + length) / 8) * 8
  return piece
}

/** What the file at `path` weighs; undefined where there is none, or it cannot be seen. */
export function sizeOf(path: string): number | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.size
  } catch {
    return undefined
  }
}
