/** Files for large data on its way to processes and back: where they lie, and that none of them stays. */
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Carrier } from '../../codec/crate.js'
import { isOurs, writeCrateFile } from '../../codec/crate-file.js'
import { onLoss, type SharedCrate, type SharedEntry, sharedEntry } from '../../codec/shared-memory.js'
import { isDebugging } from '../../debugging.js'
import { me, stateOf } from '../../store/owner.js'
import { growCrateFile } from './growing-file.js'

/** Memory with the name of a folder: where it is there, files in it are never written to a disk. */
const memoryFolder = '/dev/shm'

// Nobody else can guess it; the owner's name tells whether what lies there is still wanted.
const folderName = (): string => `joblet-${me()}-${randomBytes(16).toString('hex')}`
const folderForm = /^joblet-([\w.]+)-[0-9a-f]{32}$/

const all = new Map<string | undefined, TempFiles>()
/** Folders that may be there when this thread ends. */
const ours = new Set<string>()

/** The files of this thread in a folder of the caller's choice, or in the best there is. */
export function tempFilesIn(parent: string | undefined): TempFiles {
  let files = all.get(parent)
  if (files === undefined) all.set(parent, (files = new TempFiles(parent === undefined ? [memoryFolder, tmpdir()] : [parent])))
  return files
}

/** A file of this thread that belongs to no run. */
export interface TempFile {
  readonly path: string
  /** Remove it, and its folder if nobody needs that. To do so twice does no harm. */
  remove(): void
}

export class TempFiles {
  /** Folders of our own, the first choice first; each is made when it is needed. */
  readonly folders: readonly string[]
  #runs = 0
  #lastFile = 0
  /** The run for which it was last looked for what others left behind. */
  #swept = 0

  constructor(parents: readonly string[]) {
    this.folders = parents.map((parent) => join(parent, folderName()))
    if (ours.size === 0) process.once('exit', removeOurs)
    for (const folder of this.folders) ours.add(folder)
  }

  /** A run begins that may need files. */
  begin(): void {
    this.#runs += 1
  }

  /** Write a file of a run. @returns Its path; undefined if there is room nowhere. */
  write(run: number, bytes: Uint8Array): string | undefined {
    this.#sweep(run)
    return writeCrateFile(this.folders, `${run}-${++this.#lastFile}`, bytes)
  }

  /** Write a file that outlives runs. @returns Undefined if there is room nowhere. */
  writeFor(purpose: string, bytes: Uint8Array): TempFile | undefined {
    const path = writeCrateFile(this.folders, `${purpose}-${++this.#lastFile}`, bytes)
    return path === undefined ? undefined : { path, remove: () => this.#removeFile(path) }
  }

  #removeFile(path: string): void {
    remove(path)
    if (this.#runs === 0) removeIfEmpty(dirname(path))
  }

  /** A run is over: nothing of it stays, whoever wrote it. */
  end(run: number): void {
    this.#runs -= 1
    for (const folder of this.folders) {
      // Most runs had no such file: that takes 2 us to find out.
      if (!isThere(folder)) continue
      this.#sweep(run)
      for (const name of namesIn(folder)) if (name.startsWith(`${run}-`)) remove(join(folder, name))
      if (this.#runs === 0) removeIfEmpty(folder)
    }
  }

  /** How processes get what `shared` made: a file that is there for as long as the memory. */
  crateForShared(memory: SharedArrayBuffer): SharedCrate | undefined {
    const entry = sharedEntry(memory)
    if (entry === undefined) return undefined
    // Whoever cleans up temporary files may have taken it.
    if (entry.file === undefined || !isThere(entry.file)) this.#writeShared(memory, entry)
    const { id, file, grows = false } = entry
    return file === undefined ? undefined : { kind: 'shared', id, bytes: memory.byteLength, file, grows, watched: isDebugging() }
  }

  #writeShared(memory: SharedArrayBuffer, entry: SharedEntry): void {
    const { path, end } = growCrateFile(this.folders, `shared-${++this.#lastFile}`, new Uint8Array(memory)) ?? {}
    entry.file = path
    entry.grows = end !== undefined
    if (path !== undefined) onLoss(memory, () => this.#removeFile(path))
    void end?.then(() => {
      if (entry.file === path) entry.grows = false
    })
  }

  #sweep(run: number): void {
    if (this.#swept === run) return
    this.#swept = run
    for (const folder of this.folders) sweep(dirname(folder))
  }
}

/** Remove all files of this thread: its program is about to end. */
export function removeOurs(): void {
  for (const folder of ours) if (isThere(folder)) remove(folder)
}

/** Carries nothing but what `shared` made. */
export const sharedOnly: Carrier = {
  wantsBare: () => false,
  crateFor: () => undefined,
  crateForShared: (memory) => tempFilesIn(undefined).crateForShared(memory),
}

/** Remove the folders of owners that are gone. One of another user, or of a machine that shares this folder, is left alone. */
function sweep(parent: string): void {
  for (const name of namesIn(parent)) {
    const owner = folderForm.exec(name)?.[1]
    if (owner !== undefined && stateOf(owner) === 'gone' && isOurs(join(parent, name))) remove(join(parent, name))
  }
}

/** Where Node's permissions forbid to look (`--permission`), nothing of ours can lie. */
function isThere(path: string): boolean {
  try {
    return existsSync(path)
  } catch {
    return false
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

export function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    // Not ours to remove after all.
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Never made, or something shared lies there.
  }
}
