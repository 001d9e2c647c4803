/** Values side by side. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { snapshot } from '../../src/codec/snapshot.js'
import { columnValues, isPrimitive, toColumn, toEncodedColumn } from '../../src/worker/column.js'

test('numbers come out as they went in, packed', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer(), fc.double(), fc.constant(-0)), { minLength: 1 }), (numbers) => {
      const column = toColumn(numbers, true, [])
      expect(column.values).toBeUndefined()
      expect(Array.from(columnValues(column))).toStrictEqual(numbers)
    }),
  )
})

test('whole numbers are packed as such, unless one of them is -0', () => {
  expect(toColumn([1, -(2 ** 31)], true, []).numbers).toBeInstanceOf(Int32Array)
  for (const numbers of [[1, 0.5], [1, 2 ** 31], [1, -0], [Number.NaN]])
    expect(toColumn(numbers, true, []).numbers).toBeInstanceOf(Float64Array)
})

test('a column without values has none', () => {
  expect(columnValues(toColumn([], true, []))).toEqual([])
})

test('an encoded column is untouched by what happens to its values', () => {
  const array = [1, 2]
  const column = toEncodedColumn([array], false)
  array.push(3)
  expect(columnValues(column)).toEqual([[1, 2]])
})

test('a value counts as a primitive exactly if it is its own snapshot and travels', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true }), (value) => {
      expect(isPrimitive(value)).toBe(typeof value !== 'object' || value === null ? Object.is(snapshot(value), value) : false)
    }),
  )
  expect([isPrimitive(Symbol('s')), isPrimitive(() => 1)]).toEqual([false, false])
})
