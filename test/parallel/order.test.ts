/** Results come out in the order of their tasks. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OrderBuffer, type Ordered } from '../../src/parallel/output/order.js'

/** Segments that follow one another, of the given lengths. */
function segmentsOf(counts: readonly number[]): Ordered[] {
  let first = 0
  return counts.map((count) => {
    const segment = { first, count }
    first += count
    return segment
  })
}

const shuffled = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 60 }).chain((counts) => {
  const segments = segmentsOf(counts)
  return fc.shuffledSubarray(segments, { minLength: segments.length }).map((arriving) => ({ segments, arriving }))
})

test('any permutation comes out in order, each segment once', () => {
  fc.assert(
    fc.property(shuffled, ({ segments, arriving }) => {
      const order = new OrderBuffer()
      expect(arriving.flatMap((segment) => order.push(segment))).toEqual(segments)
      expect(order.waiting()).toEqual([])
      expect(order.next).toBe(segments.reduce((sum, { count }) => sum + count, 0))
    }),
  )
})

test('nothing waits longer than it has to: what is out is all that is in order', () => {
  fc.assert(
    fc.property(shuffled, ({ segments, arriving }) => {
      const order = new OrderBuffer()
      const [arrived, out]: [Set<Ordered>, Ordered[]] = [new Set(), []]
      for (const segment of arriving) {
        arrived.add(segment)
        out.push(...order.push(segment))
        const missing = segments.findIndex((other) => !arrived.has(other))
        expect(out).toEqual(missing < 0 ? segments : segments.slice(0, missing))
        expect([...out, ...order.waiting()]).toEqual(segments.filter((other) => arrived.has(other)))
      }
    }),
    { numRuns: 50 },
  )
})

test('ten thousand results in reverse take no time', () => {
  const order = new OrderBuffer()
  const segments = segmentsOf(new Array(10_000).fill(1))
  const out = segments.toReversed().flatMap((segment) => order.push(segment))
  expect(out).toEqual(segments)
})
