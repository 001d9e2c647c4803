/** Writes a file whole or not at all: under another name first. Small ones at once: the way to another thread and back costs more. */
import { closeSync, openSync, renameSync, unlinkSync, writevSync } from 'node:fs'
import { open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from './folders.js'

/** Up to here a file is written synchronously, in 0.05 ms. */
export const smallFile = 65_536

/** What `parts` weigh. */
export const weightOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.byteLength, 0)

/** @throws {Error} What the file system says, unless all that is missing is the last folder; then nothing is left behind. */
export function writeSmall(path: string, temporary: string, parts: readonly Uint8Array[]): void {
  const file = openSync(temporary, 'wx', 0o600)
  try {
    try {
      for (let rest = parts; rest.length > 0; ) rest = after(rest, writevSync(file, rest))
    } finally {
      closeSync(file)
    }
    moveInto(path, temporary)
  } catch (error) {
    ignoreErrors(() => unlinkSync(temporary))
    throw error
  }
}

// The first entry of a shard finds no folder. To write it once more would take longer than all the rest: a new file costs up to 0.15 ms (ext4).
function moveInto(path: string, temporary: string): void {
  try {
    return renameSync(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  makeFolder(dirname(path), false)
  renameSync(temporary, path)
}

/** @throws {Error} What the file system says; then nothing is left behind. */
export async function writeLarge(path: string, temporary: string, parts: readonly Uint8Array[], mode = 0o600): Promise<void> {
  const file = await open(temporary, 'wx', mode)
  try {
    try {
      for (let rest = parts; rest.length > 0; ) rest = after(rest, (await file.writev(rest)).bytesWritten)
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
}

/** What is left to write: a full disk takes a part and says so only at the next try, and 2 GB is the most that one call takes. */
function after(parts: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let left = written
  const rest = [...parts]
  for (let first = rest[0]; first !== undefined && left >= first.byteLength; first = rest[0]) {
    left -= first.byteLength
    rest.shift()
  }
  if (left > 0 && rest[0] !== undefined) rest[0] = rest[0].subarray(left)
  return rest
}

function ignoreErrors(work: () => void): void {
  try {
    work()
  } catch {}
}
