/** Values that come in columns, gathered without moving them until all are there. Pure. */

/** Shorter columns are put together: each that is kept costs as much as some ten values. */
const short = 64

/** The longest array that V8 lays out whole when it is made with its length. */
const longest = 2 ** 25

/** Values in the order in which they were added. */
export class Columns {
  readonly #columns: ArrayLike<unknown>[] = []
  /** The last column, if it is one that was put together. */
  #growing: unknown[] | undefined
  #length = 0

  /** @param column Must not change any more. */
  add(column: ArrayLike<unknown>): void {
    this.#length += column.length
    if (column.length >= short) {
      this.#columns.push(column)
      this.#growing = undefined
      return
    }
    if (this.#growing === undefined) this.#columns.push((this.#growing = []))
    for (let i = 0; i < column.length; i++) this.#growing.push(column[i])
  }

  /** A new array of all of them: an array that grows would be copied some ten times, and is three times as much garbage. */
  toArray(): unknown[] {
    const all: unknown[] = this.#length <= longest ? new Array(this.#length) : []
    let at = 0
    for (const column of this.#columns) {
      if (column instanceof Float64Array) copyNumbers(column, all, at)
      else copy(column, all, at)
      at += column.length
    }
    return all
  }
}

// For themselves: where one loop reads both, every number becomes an object in between.
function copyNumbers(column: Float64Array, all: unknown[], at: number): void {
  for (let i = 0; i < column.length; i++) all[at + i] = column[i]
}

function copy(column: ArrayLike<unknown>, all: unknown[], at: number): void {
  for (let i = 0; i < column.length; i++) all[at + i] = column[i]
}
