/** Reads the file of an entry: up to 64 KB at once, more of it by a promise. */
import { closeSync, constants, fstatSync, lstatSync, openSync, read, readSync } from 'node:fs'

/** Under this size a file is read synchronously: 0.01 ms where a promise costs 0.14. */
const atOnce = 65_536

// A pipe that somebody put there would block its reader for ever.
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
const noLinks = constants.O_NOFOLLOW ?? 0

// Node takes lengths as 32 bits with a sign.
const mostAtATime = 2 ** 30

let scratch: Buffer | undefined

/**
 * The bytes of the file at `path`, on a buffer that is aligned for every typed array; undefined where there is none.
 *
 * @param followLinks Entries are never links: one that is, was put there by somebody.
 * @throws {Error} At once or later, if there is one and it cannot be read.
 */
export function readEntryFile(path: string, followLinks = false): Uint8Array | undefined | Promise<Uint8Array> {
  const file = openIfThere(path, followLinks ? flags : flags | noLinks)
  if (file === undefined) return undefined
  let reading = false
  try {
    scratch ??= Buffer.allocUnsafeSlow(atOnce)
    // No question for the size first: it would cost as much as reading.
    const length = readSync(file, scratch, 0, atOnce, null)
    if (length < atOnce) return copyOf(scratch, length)
    const { size } = fstatSync(file)
    const { buffer } = Buffer.allocUnsafeSlow(Math.max(size, atOnce))
    const bytes = new Uint8Array(buffer)
    bytes.set(scratch)
    reading = true
    return readRest(file, bytes).finally(() => closeSync(file))
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

/** Beside other entries in one piece of memory, if it is small; aligned for every typed array. */
function copyOf(bytes: Buffer, length: number): Uint8Array {
  const copy = length > slabBytes / 4 ? new Uint8Array(length) : pieceOf(length)
  bytes.copy(copy, 0, 0, length)
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

async function readRest(file: number, bytes: Uint8Array): Promise<Uint8Array> {
  for (let at = atOnce; at < bytes.byteLength; ) {
    const length = await readSome(file, bytes, at)
    // It was cut while it was read.
    if (length === 0) return bytes.subarray(0, at)
    at += length
  }
  return bytes
}

const readSome = (file: number, bytes: Uint8Array, at: number): Promise<number> =>
  new Promise((resolve, reject) => {
    read(file, bytes, at, Math.min(bytes.byteLength - at, mostAtATime), null, (error, length) =>
      error === null ? resolve(length) : reject(error),
    )
  })

/** What the file at `path` weighs; undefined where there is none, or it cannot be seen. */
export function sizeOf(path: string): number | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.size
  } catch {
    return undefined
  }
}
