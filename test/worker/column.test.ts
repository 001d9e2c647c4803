/** Values side by side. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { snapshot } from '../../src/codec/snapshot.js'
import { columnValues, isPrimitive, toEncodedColumn, ValueList } from '../../src/worker/column.js'
import { columnOf } from '../support/columns.js'

test('numbers come out as they went in, packed', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer(), fc.double(), fc.constant(-0)), { minLength: 1 }), (numbers) => {
      const column = columnOf(numbers)
      expect(column.values).toBeUndefined()
      expect(Array.from(columnValues(column))).toStrictEqual(numbers)
    }),
  )
})

test('whole numbers are packed as such, unless one of them is -0', () => {
  expect(columnOf([1, -(2 ** 31)]).numbers).toBeInstanceOf(Int32Array)
  for (const numbers of [[1, 0.5], [1, 2 ** 31], [1, -0], [Number.NaN]]) expect(columnOf(numbers).numbers).toBeInstanceOf(Float64Array)
})

test('a column without values has none', () => {
  expect(columnValues(columnOf([]))).toEqual([])
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

test('a list of values is one typed array as long as all are numbers, and all of it is there when one is not', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.double(), fc.integer(), fc.constant(-0)), { maxLength: 100 }),
      fc.option(fc.string()),
      (numbers, other) => {
        const list = new ValueList()
        for (const number of numbers) list.push(number)
        if (other !== null) list.push(other)
        for (const number of numbers) list.push(number)

        const expected = other === null ? [...numbers, ...numbers] : [...numbers, other, ...numbers]
        expect(list.length).toBe(expected.length)
        expect(list.all).toEqual(expected)
        const column = list.toColumn([])
        expect(column.numbers === undefined).toBe(other !== null || numbers.length === 0)
        expect(Array.from(columnValues(column))).toEqual(expected)
      },
    ),
  )
})
