/**
 * What a process writes down, in a file that its program reads when the process is dead: which calls may be the ones that ran. Worker-safe.
 *
 * A write costs 1.5 us, ten tiny calls. So it names a stretch of calls before the first of them begins, as many as should take half a
 * millisecond by what those before took; the next stretch is written down when these are over, or a millisecond has been seen to pass.
 */
import { ftruncateSync, openSync, writeSync } from 'node:fs'
import { now } from '../clock.js'

/** Calls of a batch: those before `from` have ended, those from `to` on have not begun. */
export interface Stretch {
  readonly batch: number
  readonly from: number
  readonly to: number
}

// Calls that suddenly take ten times as long still make one millisecond or so.
const aimMs = 0.5
const longestMs = 1
const growth = 8

/** How many calls the next stretch should have, after `calls` took `ms`. Pure. */
export const nextStretch = (calls: number, ms: number): number => Math.max(1, Math.min(growth * calls, Math.floor((calls * aimMs) / ms)))

/** The process's side. */
export class StretchKeeper {
  readonly #write: (stretch: Stretch) => void
  #batch = 0
  #from = 0
  #to = 0
  #sinceMs = 0

  constructor(write: (stretch: Stretch) => void) {
    this.#write = write
  }

  /** A batch begins. Nothing is known of what its calls take. */
  enter(batch: number): void {
    this.#batch = batch
    this.#from = 0
    this.#to = 0
  }

  /** The call at `at` is about to begin. @param atMs The time, where somebody has just looked. */
  begin(at: number, atMs?: number): void {
    if (at < this.#to && (atMs === undefined || atMs - this.#sinceMs < longestMs)) return
    const ms = atMs ?? now()
    const calls = at === this.#from ? 1 : nextStretch(at - this.#from, ms - this.#sinceMs)
    this.#from = at
    this.#to = at + calls
    this.#sinceMs = ms
    this.#write({ batch: this.#batch, from: at, to: this.#to })
  }
}

const cells = 4

/** How many bytes of the file it takes, from the first on; all of them zero: nothing has begun. */
export const stretchBytes = 4 * cells

/** A keeper that writes to the file at `path`; undefined if it cannot be opened. */
export function stretchKeeperFor(path: string): StretchKeeper | undefined {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r+')
  } catch {
    return undefined
  }
  const memory = new Int32Array(cells)
  let works = true
  return new StretchKeeper(({ batch, from, to }) => {
    if (!works) return
    memory[0] = batch
    memory[1] = from
    memory[2] = to
    memory[3] = checkOf(batch, from, to)
    try {
      writeSync(descriptor, memory, 0, stretchBytes, 0)
    } catch {
      // What stands there is not true any more.
      works = false
      emptied(descriptor)
    }
  })
}

function emptied(descriptor: number): void {
  try {
    ftruncateSync(descriptor)
  } catch {
    // A task has closed it.
  }
}

// A process may die in the middle of a write.
const checkOf = (batch: number, from: number, to: number): number => batch ^ Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b)

/** What a file says; undefined if nothing has begun, or it is no stretch. Pure. */
export function readStretch(memory: Int32Array): Stretch | undefined {
  const [batch = 0, from = 0, to = 0, check] = memory
  if (batch < 1 || from < 0 || to <= from || check !== checkOf(batch, from, to)) return undefined
  return { batch, from, to }
}
