/** What stands in the file of a ledger: stretches of calls, each a record of its own place. Worker-safe. */
import { readSync, writeSync } from 'node:fs'
import type { Stretch } from './stretch.js'

// Its numbers, and a check.
const cells = 4

/** How long a record is. */
export const recordBytes = cells * Int32Array.BYTES_PER_ELEMENT

/** Says that there is no stretch; zeros say nothing at all. */
export const noStretch: Stretch = { batch: 0, from: 0, to: 0 }

// One for all: to make one for each costs as much as to read or write it.
const record = new Int32Array(cells)

/** The bytes of a record. */
export const recordOf = (stretch: Stretch): Uint8Array => new Uint8Array(filledWith(stretch).slice().buffer)

/** @throws {Error} If the file is gone. */
export function writeRecord(descriptor: number, place: number, stretch: Stretch): void {
  writeSync(descriptor, filledWith(stretch), 0, recordBytes, place)
}

// The other side may be in the middle of a write.
const readings = 3

/** What a record says; undefined if it is none. @throws {Error} If the file is gone. */
export function readRecord(descriptor: number, place: number): Stretch | undefined {
  for (let reading = 0; reading < readings; reading++) {
    const bytes = readSync(descriptor, record, 0, recordBytes, place)
    const [batch = 0, from = 0, to = 0, check] = record
    if (bytes === recordBytes && check === checkOf({ batch, from, to })) return { batch, from, to }
  }
  return undefined
}

function filledWith(stretch: Stretch): Int32Array {
  record[0] = stretch.batch
  record[1] = stretch.from
  record[2] = stretch.to
  record[3] = checkOf(stretch)
  return record
}

// A side may die in the middle of a write. And nothing but zeros is no record.
const checkOf = ({ batch, from, to }: Stretch): number => ~batch ^ Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b)
