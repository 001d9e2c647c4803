/** Values side by side. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { snapshot } from '../../src/codec/snapshot.js'
import { type TypedArray, typedArrays } from '../../src/codec/typed-arrays.js'
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

const rowsOf = (View: (typeof typedArrays)[number], length: number) =>
  fc.array(fc.array(fc.nat(100), { minLength: length, maxLength: length }), { maxLength: 60 }).map((rows) =>
    rows.map((row) => {
      const array = new View(length)
      for (const [i, number] of row.entries())
        array[i] = array instanceof BigInt64Array || array instanceof BigUint64Array ? BigInt(number) : number
      return array
    }),
  )

test('typed arrays of one class and length are one array as long as there is nothing else, and come out with memory of their own', () => {
  const rows = fc.tuple(fc.constantFrom(...typedArrays), fc.integer({ min: 1, max: 40 })).chain(([View, length]) => rowsOf(View, length))
  const other = fc.constantFrom<unknown>(undefined, 1, 'text', Int8Array.of(1), new Float64Array(3))
  fc.assert(
    fc.property(rows, fc.option(other, { nil: none }), rows, (first, mixed, second) => {
      const list = new ValueList(first.length)
      const values = [...first, ...(mixed === none ? [] : [mixed]), ...second]
      for (const value of values) ArrayBuffer.isView(value) ? list.pushView(value as TypedArray) : list.push(value)

      expect(list.length).toBe(values.length)
      const column = list.toColumn([])
      const isOfOneKind = values.every((value) => isLike(value, values[0]))
      expect(column.views !== undefined).toBe(isOfOneKind && values.length > 0)
      const read = Array.from(columnValues(column))
      expect(read).toEqual(values)
      const buffers = read.flatMap((value) => (ArrayBuffer.isView(value) ? [value.buffer] : []))
      expect(new Set(buffers).size).toBe(buffers.length)
      expect(buffers.every(({ byteLength }, i) => byteLength === (read.filter(ArrayBuffer.isView)[i] as TypedArray).byteLength)).toBe(true)
    }),
  )
})

test('a typed array that changes after it was pushed is as it was then', () => {
  const list = new ValueList()
  const array = Int32Array.of(1, 2)
  for (const number of [3, 4]) {
    list.pushView(array)
    array.fill(number)
  }
  expect(columnValues(list.toColumn([]))).toEqual([Int32Array.of(1, 2), Int32Array.of(3, 3)])
})

test('numbers are not packed with typed arrays', () => {
  const list = new ValueList()
  list.pushView(Int32Array.of(1))
  expect(list.pushNumbers(2, (into, at) => into.fill(7, at, at + 2) && 2)).toBe(0)
  list.push(2)
  expect(list.all).toEqual([Int32Array.of(1), 2])
})

test('large typed arrays are not packed: the memory would take longer to come by than to copy them one by one', () => {
  const list = new ValueList()
  for (let i = 0; i < 2; i++) list.pushView(new Uint8Array(2_049))
  expect(list.toColumn([]).views).toBeUndefined()
})

const none = Symbol('none')

const isLike = (value: unknown, first: unknown): boolean =>
  ArrayBuffer.isView(value) &&
  ArrayBuffer.isView(first) &&
  Object.getPrototypeOf(value) === Object.getPrototypeOf(first) &&
  value.byteLength === first.byteLength
