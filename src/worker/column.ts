/** Columns: rows of values to packed arrays and back. Worker-safe. */
import type { Carrier } from '../codec/crate.js'
import type { TypedArray } from '../codec/typed-arrays.js'
import { decode, encode } from '../codec/wire.js'
import type { Parcel } from '../function/parcel/parcel.js'
import type { Column } from './batch.js'
import { isPackable, PackedViews, unpackViews } from './packed-views.js'

/** Values on their way into a column. All numbers become one typed array: a tenth of the cost of an array on the wire, and nothing for a garbage collector to look through. */
export class ValueList {
  #numbers = new Float64Array(16)
  #count = 0
  #others: unknown[] | undefined
  #views: PackedViews | undefined
  readonly #most: number

  /** @param most How many there will be at most, if that is known. */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most
  }

  get length(): number {
    return this.#others?.length ?? this.#views?.count ?? this.#count
  }

  /** All values, in order. */
  get all(): readonly unknown[] {
    return this.#others ?? this.#views?.all() ?? Array.from(this.#numbers.subarray(0, this.#count))
  }

  push(value: unknown): void {
    if (typeof value === 'number') this.pushNumber(value)
    else if (this.#others !== undefined) this.#others.push(value)
    else if (this.#views !== undefined) this.#mix(value, this.#views)
    // Made with its first value: what is made empty is an array of small integers to V8, which remade it at the first other value, and twice gave up
    // the loop of `Course` for it: 40 ms of compiling beside the first few runs of a program (the Mandelbrot set, test/bench).
    else this.#others = this.#count === 0 ? [value] : [...this.#numbers.subarray(0, this.#count), value]
  }

  pushNumber(value: number): void {
    if (this.#others !== undefined) {
      this.#others.push(value)
      return
    }
    if (this.#views !== undefined) return this.#mix(value, this.#views)
    if (this.#count === this.#numbers.length) this.#grow(this.#most)
    this.#numbers[this.#count++] = value
  }

  /** A copy of a small typed array. */
  pushView(view: TypedArray): void {
    if (this.length === 0 && isPackable(view)) this.#views = new PackedViews(view, this.#most)
    else if (this.#views?.add(view) !== true) this.push(view.slice())
  }

  #mix(value: unknown, views: PackedViews): void {
    this.#others = [...views.all(), value]
    this.#views = undefined
  }

  /**
   * As many numbers as `read` has, up to `most`; none where others are among them.
   *
   * @param read Puts up to `most` numbers into `into`, from `at` on, and says how many. It is asked again if it has filled what it was given.
   */
  pushNumbers(most: number, read: (into: Float64Array, at: number, most: number) => number): number {
    const before = this.#count
    while (this.#others === undefined && this.#views === undefined && this.#count < before + most) {
      if (this.#count === this.#numbers.length) this.#grow(before + most)
      const room = Math.min(this.#numbers.length - this.#count, before + most - this.#count)
      const count = read(this.#numbers, this.#count, room)
      this.#count += count
      if (count < room) break
    }
    return this.#count - before
  }

  toColumn(parcels: readonly (readonly [number, Parcel])[]): Column {
    if (this.#views !== undefined) return { views: this.#views.toViews(), parcels }
    if (this.#others !== undefined || this.#count === 0) return { values: this.#others ?? [], parcels }
    return { numbers: packNumbers(this.#numbers.subarray(0, this.#count)), parcels }
  }

  /** Memory comes filled with zeros, which costs as much as the numbers: no more of it than may be needed. */
  #grow(most: number): void {
    const { length } = this.#numbers
    const longer = new Float64Array(Math.max(length + 1, Math.min(8 * length, most)))
    longer.set(this.#numbers)
    this.#numbers = longer
  }
}

// Whole numbers must come out as the small integers they went in as: read from a Float64Array they are doubles, and a loop over them with
// `%` runs five times slower (perfect numbers below 20,000, test/bench).
function packNumbers(values: Float64Array): Int32Array | Float64Array {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if ((value | 0) !== value || (value === 0 && 1 / value < 0)) return values.slice()
  }
  return new Int32Array(values)
}

/** Values to a column that no later change of theirs reaches. @throws What the wire cannot carry. */
export function toEncodedColumn(values: readonly unknown[], sharesMemory: boolean, carrier?: Carrier): Column {
  const { shared, ...encoded } = encode(values, sharesMemory, carrier)
  return { encoded: { ...encoded, shared: shared.map((buffer) => new Uint8Array(buffer)) }, parcels: [] }
}

/** A column's values by place, parcels left out. */
export function columnValues({ numbers, views, values, encoded }: Column): ArrayLike<unknown> {
  if (views !== undefined) return unpackViews(views)
  if (encoded === undefined) return numbers ?? values ?? []
  return decode({
    ...encoded,
    shared: encoded.shared.map((view) => view.buffer as unknown as SharedArrayBuffer),
  }) as readonly unknown[]
}

/** Whether `value` is a primitive that travels as it is: asked before anything that costs more. */
export function isPrimitive(value: unknown): boolean {
  switch (typeof value) {
    case 'number':
    case 'string':
    case 'boolean':
    case 'undefined':
    case 'bigint':
      return true
    default:
      return value === null
  }
}
