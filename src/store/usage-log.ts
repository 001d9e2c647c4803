/**
 * What a store holds, kept by all its writers together: each appends what it has added or removed, so that nobody has to count. The log may
 * drift (a process is killed between the entry and the log, somebody deletes files); each listing of the store sets it right.
 */
import { closeSync, constants, fstatSync, openSync, readSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import type { Totals } from './eviction.js'

// A double and an integer, and four bytes to spare: the size of a file that ends in a whole record is a multiple of it.
const recordBytes = 16
/** 4,096 records: 1 ms to read. */
const longBytes = 65_536

const flags = constants.O_RDWR | constants.O_APPEND

/** The log of one store. */
export class UsageLog {
  readonly #path: string
  readonly #temporary: () => string
  #sum: Totals = { items: 0, bytes: 0 }
  /** How far the file was read, and which one. */
  #read = { file: 0, end: 0 }

  /** @param temporary Names a file to write before it takes the log's place. */
  constructor(path: string, temporary: () => string) {
    this.#path = path
    this.#temporary = temporary
  }

  /** Note a change. What the store holds with it; undefined where there is no log yet, or it is damaged: then somebody has to count. */
  add(change: Totals): Totals | undefined {
    try {
      return this.#append(change)
    } catch {
      return undefined
    }
  }

  /** What the store holds by now; undefined where there is no log, or it is damaged. */
  current(): Totals | undefined {
    try {
      return this.#append(undefined)
    } catch {
      return undefined
    }
  }

  /** Begin anew, with what was counted. Changes that others note at this very moment are lost. */
  reset(counted: Totals): void {
    const temporary = this.#temporary()
    try {
      writeFileSync(temporary, recordOf(counted), { flag: 'wx', mode: 0o600 })
      renameSync(temporary, this.#path)
    } catch {
      // A place that is full or closed to writers takes no entries either.
    }
  }

  #append(change: Totals | undefined): Totals | undefined {
    // It is not made here: what was stored before would be missing in it.
    const file = openSync(this.#path, flags)
    try {
      if (change !== undefined) writeSync(file, recordOf(change))
      const { ino, size } = fstatSync(file)
      if (size % recordBytes !== 0) return undefined
      if (ino !== this.#read.file || size < this.#read.end) {
        this.#read = { file: ino, end: 0 }
        this.#sum = { items: 0, bytes: 0 }
      }
      this.#readTo(file, size)
      if (size > longBytes) this.reset(this.#sum)
      return this.#sum
    } finally {
      closeSync(file)
    }
  }

  #readTo(file: number, end: number): void {
    const news = Buffer.allocUnsafe(end - this.#read.end)
    const length = readSync(file, news, 0, news.byteLength, this.#read.end)
    let { items, bytes } = this.#sum
    for (let at = 0; at + recordBytes <= length; at += recordBytes) {
      bytes += news.readDoubleLE(at)
      items += news.readInt32LE(at + 8)
    }
    this.#sum = { items, bytes }
    this.#read.end += length
  }
}

function recordOf({ items, bytes }: Totals): Buffer {
  const record = Buffer.alloc(recordBytes)
  record.writeDoubleLE(bytes, 0)
  record.writeInt32LE(items, 8)
  return record
}
