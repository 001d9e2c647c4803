/**
 * What a process and its program write down for each other, in a file that both have open. Worker-safe.
 *
 * A process writes down a stretch of calls before the first of them begins, and then reads whether calls were taken back. Who takes calls back writes
 * that down, and then reads which have begun. Writes to one file come one after the other, so at least one of the two sees the other's word, and
 * leaves the calls. If both do, the process ends the batch before them, and the program sends them again. (The handshake of Dekker's algorithm:
 * Dijkstra, "Cooperating sequential processes", 1965.) A write and a read cost 1.4 us, some ten tiny calls.
 *
 * Each entry has a record of its own for what was taken back. One for both would not do: a process that is done with a batch says so before it turns to
 * the next, and the program may send a third meanwhile, and take it back, before the process has read that the second was taken.
 */
import { ftruncateSync, openSync } from 'node:fs'
import { now } from '../clock.js'
import type { EnteredBatch, Entry, Ledger, LedgerKeeper } from './ledger.js'
import { noStretch, readRecord, recordBytes, recordOf, writeRecord } from './ledger-record.js'
import { longestMs, nextStretch, type Stretch } from './stretch.js'

/** Where the records lie: the process's own, and what was taken back of each entry. */
const stretchAt = 0
const takenAt = (entry: Entry): number => (1 + entry) * recordBytes

/** What the file holds at first: nothing was taken back, and the process has not opened it. */
export const newLedgerFile = (): Uint8Array => Buffer.concat([new Uint8Array(recordBytes), recordOf(noStretch), recordOf(noStretch)])

/** What the process writes down. @returns The first call that may not begin. @throws {Error} If the file is gone. */
export type TellStretch = (stretch: Stretch, entry: Entry) => number

/** The process's side. */
export class FileLedgerKeeper implements LedgerKeeper {
  isBroken = false
  readonly #tell: TellStretch
  #batch = 0
  #entry: Entry = 0
  #size = 0
  #isTimed = false
  #from = 0
  #to = 0
  #sinceMs = 0

  constructor(tell: TellStretch) {
    this.#tell = tell
  }

  enter({ id, size, entry = 0, timeouts }: EnteredBatch): void {
    this.#batch = id
    this.#entry = entry
    this.#size = size
    this.#isTimed = timeouts !== undefined
    this.#from = 0
    this.#to = 0
  }

  mayBegin(at: number, atMs?: number): boolean {
    if (at < this.#to && (atMs === undefined || atMs - this.#sinceMs < longestMs)) return true
    return this.#beginStretch(at, atMs ?? now())
  }

  release(at: number): void {
    if (at + 1 >= this.#to) return
    this.#to = at + 1
    this.#limitOf({ batch: this.#batch, from: at, to: this.#to })
  }

  leave(): void {
    // What it wrote last says so: all calls of that batch have begun.
  }

  #beginStretch(at: number, ms: number): boolean {
    // Of a call that may be stopped, one has to know whether it is the one that runs. And nothing is known of what the first one takes.
    const isAlone = this.#isTimed || at === this.#from
    const calls = isAlone ? 1 : nextStretch(at - this.#from, ms - this.#sinceMs, this.#size - at)
    const to = Math.min(this.#size, at + calls)
    this.#from = at
    this.#sinceMs = ms
    this.#to = Math.min(to, this.#limitOf({ batch: this.#batch, from: at, to }))
    return at < this.#to
  }

  #limitOf(stretch: Stretch): number {
    if (this.isBroken) return 0
    try {
      return this.#tell(stretch, this.#entry)
    } catch {
      this.isBroken = true
      return 0
    }
  }
}

/** A keeper that writes to the file at `path`; undefined if it cannot be opened: then the program takes nothing back. */
export function fileLedgerKeeper(path: string): FileLedgerKeeper | undefined {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r+')
    writeRecord(descriptor, stretchAt, noStretch)
  } catch {
    return undefined
  }
  return new FileLedgerKeeper((stretch, entry) => {
    try {
      writeRecord(descriptor, stretchAt, stretch)
    } catch (error) {
      // What stands there is not true any more.
      empty(descriptor)
      throw error
    }
    const taken = readRecord(descriptor, takenAt(entry))
    if (taken === undefined) return 0
    return taken.batch === stretch.batch ? taken.from : Number.POSITIVE_INFINITY
  })
}

function empty(descriptor: number): void {
  try {
    ftruncateSync(descriptor)
  } catch {
    // A task has closed it.
  }
}

/** A batch, as it was sent. */
interface Admitted {
  readonly batch: number
  readonly calls: number
  limit: number
}

/** The program's side. */
export class FileLedger implements Ledger {
  readonly isExact = false
  readonly #descriptor: number
  readonly #admitted: [Admitted, Admitted] = [
    { batch: 0, calls: 0, limit: 0 },
    { batch: 0, calls: 0, limit: 0 },
  ]
  #newest: Entry = 0
  #isBroken = false

  /** @param descriptor The same file, open for reading and writing. */
  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  get running(): number {
    return this.stretch?.batch ?? 0
  }

  /** The calls of which one runs, or ran when the process died, unless all of them have ended. */
  get stretch(): Stretch | undefined {
    const stretch = this.#read()
    return stretch !== undefined && stretch.batch > 0 ? stretch : undefined
  }

  begun(entry: Entry): number {
    const stretch = this.#read()
    return stretch === undefined ? this.#admitted[entry].calls : this.#begunBy(stretch, entry)
  }

  unbegun(entry: Entry): number {
    return Math.max(0, this.#admitted[entry].limit - this.begun(entry))
  }

  hidden(entry: Entry): number {
    const stretch = this.#read()
    return stretch?.batch === this.#admitted[entry].batch ? stretch.to - stretch.from - 1 : 0
  }

  admit(entry: Entry, calls: number, batch: number): void {
    this.#admitted[entry] = { batch, calls, limit: calls }
    this.#newest = entry
  }

  takeBack(entry: Entry, from: number): number | undefined {
    const admitted = this.#admitted[entry]
    admitted.limit = Math.min(from, admitted.limit)
    try {
      writeRecord(this.#descriptor, takenAt(entry), { batch: admitted.batch, from: admitted.limit, to: admitted.limit })
    } catch {
      this.#isBroken = true
    }
    const stretch = this.#read()
    return stretch && Math.max(admitted.limit, this.#begunBy(stretch, entry))
  }

  #begunBy(stretch: Stretch, entry: Entry): number {
    const { batch, calls } = this.#admitted[entry]
    if (stretch.batch === batch) return stretch.to
    const isOver = entry !== this.#newest && stretch.batch === this.#admitted[this.#newest].batch
    return isOver ? calls : 0
  }

  #read(): Stretch | undefined {
    try {
      return this.#isBroken ? undefined : readRecord(this.#descriptor, stretchAt)
    } catch {
      return undefined
    }
  }
}
