/** Columns: rows of values to packed arrays and back. Worker-safe. */
import { decode, encode } from '../codec/wire.js'
import type { Parcel } from '../function/parcel.js'
import type { Column } from './batch.js'

/** Values to a column; all numbers become one typed array, at a tenth of the cost of an array on the wire. */
export function toColumn(values: readonly unknown[], allNumbers: boolean, parcels: readonly (readonly [number, Parcel])[]): Column {
  return allNumbers && values.length > 0 ? { numbers: packNumbers(values as readonly number[]), parcels } : { values, parcels }
}

// Whole numbers must come out as the small integers they went in as: read from a Float64Array they are doubles, and a loop over them with
// `%` runs five times slower (perfect numbers below 20,000, test/bench).
function packNumbers(values: readonly number[]): Int32Array | Float64Array {
  return values.every((value) => (value | 0) === value && (value !== 0 || 1 / value > 0))
    ? Int32Array.from(values)
    : Float64Array.from(values)
}

/** Values to a column that no later change of theirs reaches. @throws What the wire cannot carry. */
export function toEncodedColumn(values: readonly unknown[], sharesMemory: boolean): Column {
  const { bytes, shared } = encode(values, sharesMemory)
  return { encoded: { bytes, shared: shared.map((buffer) => new Uint8Array(buffer)) }, parcels: [] }
}

/** A column's values by place, parcels left out. */
export function columnValues({ numbers, values, encoded }: Column): ArrayLike<unknown> {
  if (encoded === undefined) return numbers ?? values ?? []
  return decode({
    bytes: encoded.bytes,
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
