/** Walks over the entries of a store, in slices: no other work of this thread waits long. */
import { lstatSync, readdirSync, rmdirSync, unlink } from 'node:fs'
import { dirname } from 'node:path'
import { now } from '../clock.js'
import { nextTurn } from '../timers.js'
import type { Totals } from './eviction.js'
import type { Key, Listed } from './store.js'

/** Synchronous calls cost 2 us a file where promises cost 100; this long they may take in one go. */
const sliceMs = 8

/** Lets others run whenever a slice is over. */
class Turns {
  #began = now()

  get over(): boolean {
    return now() - this.#began > sliceMs
  }

  async next(): Promise<void> {
    await nextTurn()
    this.#began = now()
  }
}

/** Entries below the folder `entries` whose keys begin with `prefix`. What goes away meanwhile is left out. */
export async function* walk(entries: string, prefix: string): AsyncGenerator<Listed> {
  const turns = new Turns()
  for (const folder of shardsIn(entries, prefix)) {
    for (const name of namesIn(`${entries}/${folder.path}`)) {
      const key = `${folder.key}/${name}`
      if (!key.startsWith(prefix)) continue
      const found = statOf(`${entries}/${folder.path}/${name}`)
      if (found?.isFile() === true) yield { key: key as Key, bytes: found.size, usedAtMs: found.mtimeMs }
      if (turns.over) await turns.next()
    }
  }
}

/** The folders that hold entries, as `<function>/<fingerprint>/<shard>`, and what their keys begin with. */
function* shardsIn(entries: string, prefix: string): Generator<{ path: string; key: string }> {
  for (const name of namesIn(entries)) {
    if (!mayMatch(`${name}/`, prefix)) continue
    for (const version of namesIn(`${entries}/${name}`)) {
      const key = `${name}/${version}`
      if (!mayMatch(`${key}/`, prefix)) continue
      for (const shard of namesIn(`${entries}/${key}`)) yield { path: `${key}/${shard}`, key }
    }
  }
}

const mayMatch = (start: string, prefix: string): boolean => start.startsWith(prefix) || prefix.startsWith(start)

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function statOf(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

// A disk that is busy takes 0.2 to 0.4 ms a file, one after the other; so many at a time, 0.09 ms. A thread of ours would wait for each.
const atATime = 32

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  const lane = async (): Promise<void> => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, lane))
}

/** Remove files, and the folders that are empty then, up to three levels. What went; what is gone already is no error. */
export async function removeFiles(files: readonly { readonly path: string; readonly bytes: number }[]): Promise<Totals> {
  const sum = { items: 0, bytes: 0 }
  await inParallel([...byFolder(files)], async ([folder, inside]) => {
    for (const { path, bytes } of inside) {
      if (!(await remove(path))) continue
      sum.items++
      sum.bytes += bytes
    }
    removeEmpty(folder, 3)
  })
  return sum
}

// Each folder by one at a time: the system lets one change it, and the others wait. 100,000 of 200,000 files took 9 to 11 s, and 12 to 14 all in a row (ext4).
function byFolder<File extends { readonly path: string }>(files: readonly File[]): Map<string, File[]> {
  const folders = new Map<string, File[]>()
  for (const file of files) {
    const folder = dirname(file.path)
    const inside = folders.get(folder)
    if (inside === undefined) folders.set(folder, [file])
    else inside.push(file)
  }
  return folders
}

/** Remove a folder and all in it. How many files that were, and what they weighed. */
export async function removeTree(folder: string): Promise<Totals> {
  const sum = { items: 0, bytes: 0 }
  const paths = namesIn(folder).map((name) => `${folder}/${name}`)
  await inParallel(paths, async (path) => {
    const found = statOf(path)
    const isFolder = found?.isDirectory() === true
    const gone = isFolder ? await removeTree(path) : { items: (await remove(path)) ? 1 : 0, bytes: found?.size ?? 0 }
    sum.items += gone.items
    sum.bytes += gone.bytes
  })
  removeEmpty(folder, 1)
  return sum
}

/** By a callback: a promise of `node:fs/promises` takes half as much time again, all of it of this thread. */
const remove = (path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    unlink(path, (error) => (error === null ? resolve(true) : error.code === 'ENOENT' ? resolve(false) : reject(error)))
  })

/** Whoever stores an entry there at this moment makes the folder again. */
function removeEmpty(folder: string, levels: number): void {
  try {
    rmdirSync(folder)
  } catch {
    return
  }
  if (levels > 1) removeEmpty(dirname(folder), levels - 1)
}
