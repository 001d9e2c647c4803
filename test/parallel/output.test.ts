/** Where results go. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Failure } from '../../src/failure.js'
import { ListOutput, StreamOutput } from '../../src/parallel/output/output.js'
import { none, type Open, type Segment } from '../../src/parallel/output/segment.js'

const failureAt = (index: number): Failure => ({ kind: 'thrown', error: `error ${index}`, index, attempts: 1 })

/** Segments of the given lengths; a result is its index, every task in `bad` has failed. */
function segmentsOf(counts: readonly number[], bad: ReadonlySet<number> = new Set()): Segment[] {
  let first = 0
  return counts.map((count) => {
    const places = Array.from({ length: count }, (_, place) => place)
    const failures = new Map(places.flatMap((place) => (bad.has(first + place) ? [[place, failureAt(first + place)] as const] : [])))
    const segment = {
      first,
      count,
      values: places.map((place) => first + place),
      failures: failures.size > 0 ? failures : none,
      open: { unconsumed: count, waiting: 0, onConsumed: undefined },
    }
    first += count
    return segment
  })
}

/** Counts what an output says is dealt with. */
function consumption() {
  const consumed = new Map<Open, number>()
  const hear = ({ open }: Segment, count: number) => void consumed.set(open, (consumed.get(open) ?? 0) + count)
  return { consumed, hear }
}

const arrivals = fc
  .record({ counts: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 40 }), bad: fc.array(fc.nat(80)) })
  .chain(({ counts, bad }) => {
    const segments = segmentsOf(counts, new Set(bad))
    return fc.record({
      segments: fc.constant(segments),
      arriving: fc.shuffledSubarray(segments, { minLength: segments.length }),
      bad: fc.constant(new Set(bad)),
    })
  })

const expected = (segments: readonly Segment[], bad: ReadonlySet<number>) =>
  segments.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, i) =>
      bad.has(first + i) ? { _tag: 'Left', left: failureAt(first + i) } : { _tag: 'Right', right: first + i },
    ),
  )

/** All that can be taken now. */
function takeAll(output: StreamOutput) {
  const items: NonNullable<ReturnType<StreamOutput['take']>>[] = []
  for (let item = output.take(); item !== undefined; item = output.take()) items.push(item)
  return items
}

test('a list has an outcome for each task, in order, however they arrive', () => {
  fc.assert(
    fc.property(arrivals, ({ segments, arriving, bad }) => {
      const { consumed, hear } = consumption()
      const output = new ListOutput(true, hear)
      for (const segment of arriving) output.add(segment)
      expect(output.values()).toEqual(expected(segments, bad))
      expect(output.outcomes()).toEqual(expected(segments, bad))
      expect(segments.every(({ open, count }) => consumed.get(open) === count)).toBe(true)
    }),
  )
})

test('a list that is not complete tells what is there, by index', () => {
  fc.assert(
    fc.property(arrivals, fc.nat(40), fc.boolean(), ({ segments, arriving, bad }, some, collect) => {
      const output = new ListOutput(collect, () => undefined)
      const there = arriving.slice(0, some)
      for (const segment of there) output.add(segment)
      const all = expected(segments, bad)
      const indices = new Set(there.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i)))
      const outcomes = output.outcomes()
      expect(outcomes).toEqual(all.map((outcome, i) => (indices.has(i) ? outcome : undefined)).slice(0, outcomes.length))
      expect(outcomes.length).toBe(indices.size === 0 ? 0 : Math.max(...indices) + 1)
    }),
  )
})

test('an ordered stream hands out the same, and says so item by item', () => {
  fc.assert(
    fc.property(arrivals, ({ segments, arriving, bad }) => {
      const { consumed, hear } = consumption()
      const output = new StreamOutput(true, true, hear)
      const items = arriving.flatMap((segment) => {
        output.add(segment)
        return takeAll(output)
      })
      expect(items).toEqual(expected(segments, bad).map((value) => ({ value })))
      expect(segments.every(({ open, count }) => consumed.get(open) === count)).toBe(true)
    }),
  )
})

test('an unordered stream hands out what arrives as it arrives', () => {
  fc.assert(
    fc.property(arrivals, ({ arriving, bad }) => {
      const output = new StreamOutput(true, false, () => undefined)
      for (const segment of arriving) output.add(segment)
      expect(takeAll(output)).toEqual(expected(arriving, bad).map((value) => ({ value })))
    }),
  )
})

test('a stream that throws hands out the values before a failure, then the failure', () => {
  const output = new StreamOutput(false, true, () => undefined)
  const [first, second] = segmentsOf([2, 2], new Set([1])) as [Segment, Segment]
  output.add(second)
  expect([output.take(), output.completeUpTo(1)]).toEqual([undefined, false])
  output.add(first)
  expect(output.completeUpTo(1)).toBe(true)
  expect(takeAll(output)).toEqual([{ value: 0 }, { failure: failureAt(1) }, { value: 2 }, { value: 3 }])
})

test('a thousand segments leave a stream one after another', () => {
  const output = new StreamOutput(false, true, () => undefined)
  for (const segment of segmentsOf(new Array(1_000).fill(3))) output.add(segment)
  expect(takeAll(output)).toEqual(Array.from({ length: 3_000 }, (_, value) => ({ value })))
})
