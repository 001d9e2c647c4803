/** Files in which large memory travels between processes. Worker-safe. */
import { closeSync, fstatSync, lstatSync, mkdirSync, openSync, readSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ShippingError } from '../errors.js'
import { partAt } from '../limits.js'

/** A file, and how much of it counts. */
export interface CrateFile {
  readonly file: string
  readonly bytes: number
  /** Whether it is removed once it was read. */
  readonly once?: boolean
  /** Whether it may still be written: then readers wait for what is not there yet. */
  readonly grows?: boolean
}

// What is left must do for others: a full /dev/shm is the machine's memory.
const roomFactor = 2

/**
 * Write bytes to a new file in the first of `folders` that takes them; a folder that is not there yet is made.
 *
 * @returns Its path; undefined if there is room nowhere.
 */
export const writeCrateFile = (folders: readonly string[], name: string, bytes: Uint8Array): string | undefined =>
  makeCrateFile(folders, name, bytes.byteLength, (file) => writeNew(file, bytes))

/** As {@link writeCrateFile}, for a file of so many bytes. @param write Throws if the next folder is to be tried. */
export function makeCrateFile(folders: readonly string[], name: string, bytes: number, write: (file: string) => void): string | undefined {
  for (const folder of folders) {
    const file = join(folder, name)
    try {
      if (!hasRoom(dirname(folder), bytes)) continue
      makeFolder(folder)
      write(file)
      return file
    } catch {
      // Full, not writable, or gone: the next one, or none.
    }
  }
  return undefined
}

function hasRoom(folder: string, bytes: number): boolean {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize >= roomFactor * bytes
}

/** @throws {Error} If something else lies there: the name cannot be guessed, so nobody but us should have made it. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isOurs(folder)) throw error
  }
}

/** Whether this is a folder, no link, that belongs to this user. */
export function isOurs(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false })
  if (stats?.isDirectory() !== true) return false
  return process.getuid === undefined || stats.uid === process.getuid()
}

/** A new file for this user alone: 'wx' follows no link and takes no file that is there. @returns Its descriptor. */
export const openNew = (file: string): number => openSync(file, 'wx', 0o600)

/** @throws {Error} If not all of it can be written: then nothing is. */
export function writeNew(file: string, bytes: Uint8Array): void {
  const descriptor = openNew(file)
  try {
    for (let done = 0; done < bytes.byteLength; ) done += writeSync(descriptor, bytes, done, partAt(done, bytes.byteLength))
  } catch (error) {
    rmSync(file, { force: true })
    throw error
  } finally {
    closeSync(descriptor)
  }
}

/** The bytes of a file as memory of one's own. @throws {ShippingError} If it is gone or cut short. */
export function readCrateFile(crate: CrateFile): ArrayBuffer {
  const bytes = Buffer.allocUnsafeSlow(crate.bytes)
  readInto(bytes, crate)
  if (crate.once === true) rmSync(crate.file, { force: true })
  return bytes.buffer as ArrayBuffer
}

/** The bytes of a file as memory that threads can share. @throws {ShippingError} If it is gone or cut short. */
export function readSharedFile(crate: CrateFile): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(crate.bytes)
  readInto(new Uint8Array(memory), crate)
  return memory
}

function readInto(bytes: Uint8Array, { file, grows = false }: CrateFile): void {
  try {
    const descriptor = openSync(file, 'r')
    try {
      for (let done = 0; done < bytes.byteLength; ) {
        // Looked at first: of a file that was removed since, all that there is was read.
        const mayGrow = grows && fstatSync(descriptor).nlink > 0
        const count = readSync(descriptor, bytes, done, partAt(done, bytes.byteLength), done)
        if (count === 0 && !mayGrow) throw new Error(grows ? 'it was removed before all of it was written' : 'it is too short')
        if (count === 0) pause()
        done += count
      }
    } finally {
      closeSync(descriptor)
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ShippingError(`cannot read large data that travelled in the file ${file}: ${why}; choose another \`tempFolder\``, { cause })
  }
}

// A writer puts half a megabyte there meanwhile.
const pauseMs = 0.2
let clock: Int32Array | undefined

function pause(): void {
  clock ??= new Int32Array(new SharedArrayBuffer(4))
  Atomics.wait(clock, 0, 0, pauseMs)
}

// Larger pieces leave the processor's cache: 80 MB took 33 ms in pieces of 256 KiB.
const pieceBytes = 1 << 18

/** Whether a file holds just these bytes. */
export function fileHolds({ file }: CrateFile, bytes: Uint8Array): boolean {
  const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, bytes.byteLength))
  try {
    const descriptor = openSync(file, 'r')
    try {
      for (let done = 0; done < bytes.byteLength; ) {
        const count = readSync(descriptor, piece, 0, Math.min(piece.byteLength, bytes.byteLength - done), done)
        if (count === 0 || Buffer.compare(piece.subarray(0, count), bytes.subarray(done, done + count)) !== 0) return false
        done += count
      }
      return true
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return false
  }
}
