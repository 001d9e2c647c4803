/** The values of a list: all of them, in the order in which they came, however many were expected. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Gathered } from '../../src/parallel/output/gathered.js'

const column = fc.oneof(
  fc.array(fc.anything(), { maxLength: 200 }),
  fc.array(fc.double(), { maxLength: 200 }).map((numbers) => Float64Array.from(numbers)),
  fc.array(fc.integer(), { maxLength: 200 }).map((numbers) => Int32Array.from(numbers)),
)

test('columns of any kind and length become one array', () => {
  fc.assert(
    fc.property(fc.array(column, { maxLength: 12 }), fc.option(fc.nat(1_500), { nil: undefined }), (columns, expected) => {
      const gathered = new Gathered(expected)
      for (const values of columns) gathered.add(values)

      expect(gathered.toArray()).toStrictEqual(columns.flatMap((values) => Array.from(values as ArrayLike<unknown>)))
    }),
  )
})

test('more than an array can be made for at once are expected, and fewer come', () => {
  const gathered = new Gathered(2 ** 32)
  gathered.add([1])
  gathered.add(new Float64Array(100).fill(2))

  expect(gathered.toArray()).toEqual([1, ...new Array<number>(100).fill(2)])
})
