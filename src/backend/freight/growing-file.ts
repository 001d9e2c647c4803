/** Files that processes read while they are written, so that to read takes no time of its own. */
import { close, closeSync, ftruncateSync, rm, rmSync, statfsSync, write } from 'node:fs'
import { dirname } from 'node:path'
import { makeCrateFile, openNew, writeNew } from '../../codec/crate-file.js'
import { partAt } from '../../limits.js'

export interface GrowingFile {
  readonly path: string
  /** When all is written, or a rest is not coming and the file is gone; undefined if all is there already. */
  readonly end?: Promise<void>
}

// What takes two milliseconds to write.
const leastBytes = 1 << 22

// The file system of `/dev/shm`. One that had room takes all; on a disk a quota may object when half of it was read.
const tmpfs = 0x01021994

/**
 * Write bytes to a new file, as `writeCrateFile` does; large ones to memory in the background. 20 tasks on 80 MB take 126 ms so on two
 * processes, and 139 if they are told of a file that is written.
 *
 * @param bytes Must not change before the end.
 * @returns Undefined if there is room nowhere.
 */
export function growCrateFile(folders: readonly string[], name: string, bytes: Uint8Array): GrowingFile | undefined {
  let end: Promise<void> | undefined
  const path = makeCrateFile(folders, name, bytes.byteLength, (file) => {
    if (bytes.byteLength < leastBytes || statfsSync(dirname(file)).type !== tmpfs) writeNew(file, bytes)
    else end = grow(file, bytes)
  })
  return path === undefined ? undefined : { path, ...(end && { end }) }
}

/** @throws {Error} If no file may become so large. */
function grow(file: string, bytes: Uint8Array): Promise<void> {
  const descriptor = openNew(file)
  try {
    ftruncateSync(descriptor, bytes.byteLength)
    ftruncateSync(descriptor, 0)
  } catch (error) {
    closeSync(descriptor)
    rmSync(file, { force: true })
    throw error
  }
  return new Promise((resolve) => {
    const end = (): void => close(descriptor, () => resolve())
    const more = (from: number): void =>
      write(descriptor, bytes, from, partAt(from, bytes.byteLength), from, (error, count) => {
        if (error !== null) rm(file, { force: true }, end)
        else if (from + count < bytes.byteLength) more(from + count)
        else end()
      })
    more(0)
  })
}
