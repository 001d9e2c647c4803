/** A batch of some calls of another makes the same calls. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { selectCalls, sliceCalls } from '../../src/parallel/dispatch/select-calls.js'
import { type Batch, indexOfCall } from '../../src/worker/batch.js'
import { columnValues } from '../../src/worker/column.js'
import { columnOf } from '../support/columns.js'

type Call = { readonly fn: number; readonly args: readonly unknown[]; readonly index: number; readonly timeout: number | undefined }

const argument = fc.oneof(fc.integer(), fc.double(), fc.string(), fc.constant(undefined), fc.constant(-0))

/** Batches as `BatchBuilder` makes them: one arity and numbers only, one arity, or a row per call. */
const batches = fc
  .record({
    arity: fc.constantFrom(-1, 0, 1, 2, 3),
    numbers: fc.constantFrom('int', 'double', 'none'),
    size: fc.integer({ min: 1, max: 20 }),
  })
  .chain(({ arity, numbers, size }) => {
    const value: fc.Arbitrary<unknown> =
      arity < 0 ? fc.array(argument, { maxLength: 4 }) : numbers === 'int' ? fc.integer() : numbers === 'double' ? fc.double() : argument
    const values = fc.array(value, { minLength: size * Math.abs(arity), maxLength: size * Math.abs(arity) })
    return fc.record({
      arity: fc.constant(arity),
      values,
      allNumbers: fc.constant(arity > 0 && numbers !== 'none'),
      fns: fc.oneof(fc.nat(3), fc.array(fc.nat(3), { minLength: size, maxLength: size })),
      indices: fc.oneof(fc.nat(1_000), fc.uniqueArray(fc.nat(1_000), { minLength: size, maxLength: size })),
      timeouts: fc.oneof(fc.constant(undefined), fc.array(fc.option(fc.nat(9), { nil: undefined }), { minLength: size, maxLength: size })),
      size: fc.constant(size),
    })
  })
  .map(
    ({ arity, values, allNumbers, fns, indices, timeouts, size }): Batch => ({
      type: 'batch',
      id: 1,
      run: 1,
      size,
      indices,
      define: [],
      fns,
      arity,
      args: allNumbers ? columnOf(values) : { values, parcels: [] },
      ...(timeouts === undefined ? {} : { timeouts }),
    }),
  )

/** What a worker would call. */
function callsOf(batch: Batch): Call[] {
  const values = Array.from(columnValues(batch.args))
  return Array.from({ length: batch.size }, (_, at) => ({
    fn: typeof batch.fns === 'number' ? batch.fns : (batch.fns[at] ?? -1),
    args: batch.arity < 0 ? (values[at] as unknown[]) : values.slice(at * batch.arity, (at + 1) * batch.arity),
    index: indexOfCall(batch, at),
    timeout: typeof batch.timeouts === 'object' ? batch.timeouts[at] : batch.timeouts,
  }))
}

test('any choice of calls keeps functions, arguments, indices and timeouts', () => {
  const choices = batches.chain((batch) => {
    const positions = fc.subarray(
      Array.from({ length: batch.size }, (_, i) => i),
      { minLength: 1 },
    )
    return fc.record({ batch: fc.constant(batch), positions })
  })
  fc.assert(
    fc.property(choices, ({ batch, positions }) => {
      const attempts = positions.map(() => 1)
      const chosen = selectCalls(batch, positions, { id: 2, alone: true, attempts })
      expect(callsOf(chosen)).toEqual(positions.map((at) => callsOf(batch)[at]))
      expect(chosen).toMatchObject({ id: 2, run: 1, alone: true, attempts, size: positions.length })
    }),
    { numRuns: 300 },
  )
})

test('described arguments stay with their calls', () => {
  const [first, second] = [{ root: 1 }, { root: 2 }] as never[]
  const args = columnOf(
    [10, undefined, 30, undefined],
    [
      [1, first as never],
      [3, second as never],
    ],
  )
  const batch: Batch = { type: 'batch', id: 1, run: 1, size: 4, indices: 0, define: [], fns: 0, arity: 1, args }
  const chosen = selectCalls(batch, [2, 3], { id: 2, alone: false, attempts: [0, 0] })
  expect(chosen.args).toEqual({ values: [30, undefined], parcels: [[1, second]] })
})

test('whole numbers stay in an Int32Array, others in a Float64Array', () => {
  const batchOf = (values: number[]): Batch => ({
    type: 'batch',
    id: 1,
    run: 1,
    size: 2,
    indices: 0,
    define: [],
    fns: 0,
    arity: 1,
    args: columnOf(values),
  })
  const again = { id: 2, alone: false, attempts: [0] }
  expect(selectCalls(batchOf([1, 2]), [1], again).args.numbers).toEqual(Int32Array.of(2))
  expect(selectCalls(batchOf([1, -0]), [1], again).args.numbers).toEqual(Float64Array.of(-0))
})

test('a stretch of calls is what the same calls chosen one by one are', () => {
  const stretches = batches.chain((batch) =>
    fc
      .record({ batch: fc.constant({ ...batch, expectedMs: 10 }), from: fc.nat(batch.size - 1) })
      .chain(({ batch: whole, from }) =>
        fc.record({ batch: fc.constant(whole), from: fc.constant(from), to: fc.integer({ min: from + 1, max: whole.size }) }),
      ),
  )
  fc.assert(
    fc.property(stretches, ({ batch, from, to }) => {
      const stretch = sliceCalls(batch, from, to, 2)
      expect(callsOf(stretch)).toEqual(callsOf(batch).slice(from, to))
      expect(stretch).toMatchObject({ id: 2, run: 1, size: to - from, expectedMs: (10 * (to - from)) / batch.size })
    }),
    { numRuns: 300 },
  )
})
