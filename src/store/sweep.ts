/** Removes what owners that are gone have left behind: half-written files, folders that were being removed, locks. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { wallTime } from '../clock.js'
import type { Locks } from './locks.js'
import { stateOf } from './owner.js'
import type { Places } from './places.js'

/** Where nothing is known of an owner, what it wrote is left alone for an hour: no result takes that long to write. */
const unknownMs = 3_600_000

/** Both folders are small unless much has gone wrong, so this costs some system calls. It never fails. */
export async function sweep(places: Places, locks: Locks): Promise<void> {
  for (const name of await namesIn(places.temporary)) {
    const path = join(places.temporary, name)
    if (await isLeft(name, path)) await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
  for (const name of await namesIn(places.locks)) {
    if (name.endsWith('.lock')) locks.sweep(join(places.locks, name))
  }
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => [])

async function isLeft(name: string, path: string): Promise<boolean> {
  const state = stateOf(name.split('~')[0] ?? '')
  if (state === 'gone' || state === 'alive') return state === 'gone'
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && wallTime() - found.mtimeMs > unknownMs
}
