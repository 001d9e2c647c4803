/** Makes the folders of a store, for its user alone, and keeps version control and backups away from them. */
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Places } from './places.js'

// The tag that backup programs look for; see https://bford.info/cachedir/.
const cacheTag = 'Signature: 8a477f597d28d172789f06886806bc55\n# Results that joblet keeps; they can be computed again.\n'

/**
 * Make a folder, and those around it unless `again` is false. Not by `recursive`: where a file system says that a folder is missing and is not
 * (`/proc`), Node 20 tries for ever.
 *
 * @returns Whether it was made.
 * @throws {Error} What the file system says.
 */
export function makeFolder(path: string, again = true): boolean {
  try {
    mkdirSync(path, 0o700)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && isFolder(path)) return false
    if (code !== 'ENOENT' || !again || dirname(path) === path) throw error
  }
  makeFolder(dirname(path))
  return makeFolder(path, false)
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/**
 * Make the folders that are missing.
 *
 * @returns Whether the store is new, and so empty.
 * @throws {Error} What the file system says.
 */
export function makeFolders(places: Places): boolean {
  const isNew = makeFolder(places.entries)
  makeFolder(places.temporary)
  makeFolder(places.locks)
  if (isNew) mark(places)
  return isNew
}

/** A location that holds nothing else is marked itself; in one that is also used for something else, only our part of it is. */
function mark({ location, root }: Places): void {
  const isOurs = readdirSync(location).every((name) => name === basename(root))
  writeNew(join(isOurs ? location : root, '.gitignore'), '*\n')
  writeNew(join(root, 'CACHEDIR.TAG'), cacheTag)
}

/** What somebody has put there stays. */
function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 })
  } catch {}
}
