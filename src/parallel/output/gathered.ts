/** The values of a list, gathered so that each is moved once. Pure. */

/** Shorter columns are put together: each that is kept costs as much as some ten values. */
const short = 64

/** The longest array that V8 lays out whole when it is made with its length. */
const longest = 2 ** 25

/**
 * Values in the order in which they were added. An array that grows with them would be copied some ten times, and be three times as much garbage:
 * where it is known how many come, one is made for all; otherwise the columns are kept until the end.
 */
export class Gathered {
  readonly #expected: number | undefined
  #all: unknown[] | undefined
  readonly #columns: ArrayLike<unknown>[] = []
  /** The last column, if it is one that was put together. */
  #growing: unknown[] | undefined
  #length = 0

  /** @param expected How many will come, if that is known. */
  constructor(expected: number | undefined) {
    this.#expected = expected !== undefined && expected <= longest ? expected : undefined
  }

  /** @param column Must not change any more. */
  add(column: ArrayLike<unknown>): void {
    if (this.#expected !== undefined) this.#all ??= new Array(this.#expected)
    if (this.#all !== undefined) copy(column, this.#all, this.#length)
    else if (column.length >= short) {
      this.#columns.push(column)
      this.#growing = undefined
    } else {
      if (this.#growing === undefined) this.#columns.push((this.#growing = []))
      for (let i = 0; i < column.length; i++) this.#growing.push(column[i])
    }
    this.#length += column.length
  }

  /** All of them. Nothing can be added any more. */
  toArray(): unknown[] {
    const all: unknown[] = this.#all ?? (this.#length <= longest ? new Array(this.#length) : [])
    let at = 0
    for (const column of this.#columns) {
      copy(column, all, at)
      at += column.length
    }
    all.length = this.#length
    return all
  }
}

function copy(column: ArrayLike<unknown>, all: unknown[], at: number): void {
  if (column instanceof Float64Array) copyNumbers(column, all, at)
  else for (let i = 0; i < column.length; i++) all[at + i] = column[i]
}

// By itself: where one loop reads both, every number becomes an object in between.
function copyNumbers(column: Float64Array, all: unknown[], at: number): void {
  for (let i = 0; i < column.length; i++) all[at + i] = column[i]
}
