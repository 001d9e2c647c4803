/** How many tasks travel together. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  afterBatch,
  type BatchQuestion,
  type BatchState,
  bridgingBatches,
  firstBatches,
  nextSize,
  recalledBatches,
} from '../../src/parallel/dispatch/batching.js'

const costMs = fc.double({ min: 0, max: 10_000, noNaN: true })
const askAuto: BatchQuestion = { batchSize: 'auto', nJobs: 2, remaining: undefined, most: Number.POSITIVE_INFINITY }

/** The state after batches whose tasks cost so much each. */
const learn = (costs: readonly number[], state = firstBatches): BatchState =>
  costs.reduce((before, cost) => afterBatch(before, before.size, cost * before.size), state)

test('the first batches hold one task, or a small part of many', () => {
  expect(nextSize(firstBatches, askAuto)).toBe(1)
  expect([100, 1_000, 20_000, 1e6].map((remaining) => nextSize(firstBatches, { ...askAuto, remaining }))).toEqual([1, 1, 19, 64])
})

test('a few calls that took next to nothing before go in one batch, dearer ones each to a worker', () => {
  const sizeOf = (taskMs: number, remaining: number) => nextSize(recalledBatches(taskMs), { ...askAuto, remaining })
  expect(sizeOf(0.001, 2)).toBeGreaterThanOrEqual(2)
  expect(sizeOf(0.4, 2)).toBe(1)
  expect(sizeOf(50, 2)).toBe(1)
  expect(sizeOf(0.01, 60)).toBe(30)
})

test('no batch takes what another worker could begin meanwhile, unless that is over before it has woken up', () => {
  fc.assert(
    fc.property(costMs, fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 64 }), (taskMs, remaining, nJobs) => {
      const size = nextSize(recalledBatches(taskMs), { ...askAuto, nJobs, remaining })
      expect(size <= Math.ceil(remaining / nJobs) || size * taskMs <= 0.1).toBe(true)
    }),
  )
})

test('the first batches of a function whose calls were timed before are short, whatever they took', () => {
  fc.assert(
    fc.property(costMs, (taskMs) => {
      const size = nextSize(recalledBatches(taskMs), askAuto)
      expect(size === 1 || size * taskMs <= 1).toBe(true)
    }),
  )
})

test('the batch that waits behind it is longer, so that a worker has something to do while the next one is made', () => {
  fc.assert(
    fc.property(costMs, (taskMs) => {
      const [first, second] = [recalledBatches, bridgingBatches].map((batches) => nextSize(batches(taskMs), askAuto)) as [number, number]
      expect(second).toBeGreaterThanOrEqual(first)
      expect(second === 1 || second * taskMs <= 8).toBe(true)
      expect(taskMs >= 4 || taskMs < 1e-4 || second >= 2 * first).toBe(true)
    }),
  )
})

test('n tasks in are n tasks out, whatever they cost and however many workers there are', () => {
  fc.assert(
    fc.property(fc.nat(5_000), fc.integer({ min: 1, max: 64 }), fc.infiniteStream(costMs), (total, nJobs, costs) => {
      let [state, remaining] = [firstBatches, total]
      for (const cost of costs) {
        if (remaining === 0) break
        const size = nextSize(state, { batchSize: 'auto', nJobs, remaining, most: Number.POSITIVE_INFINITY })
        expect(size).toBeGreaterThanOrEqual(1)
        expect(Number.isInteger(size)).toBe(true)
        const taken = Math.min(size, remaining)
        remaining -= taken
        state = afterBatch(state, taken, taken * cost)
      }
      expect(remaining).toBe(0)
    }),
    { numRuns: 60 },
  )
})

test('a size is a whole number from 1, whatever was measured', () => {
  const questions = fc.record({
    batchSize: fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 1e6 })),
    nJobs: fc.integer({ min: 1, max: 128 }),
    remaining: fc.option(fc.nat(1e7), { nil: undefined }),
    most: fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.constant(Number.POSITIVE_INFINITY)),
  })
  fc.assert(
    fc.property(
      fc.array(fc.oneof(costMs, fc.constant(0), fc.constant(Number.MIN_VALUE), fc.constant(1e9)), { maxLength: 20 }),
      questions,
      (costs, question) => {
        const size = nextSize(learn(costs), question)
        expect(Number.isSafeInteger(size) && size >= 1).toBe(true)
        expect(size).toBeLessThanOrEqual(question.most)
        if (question.batchSize !== 'auto') expect(size).toBe(Math.min(question.batchSize, question.most))
      },
    ),
  )
})

test('batches of cheap tasks grow by steps until they take a few milliseconds', () => {
  const sizes = [1, 2, 3, 4, 5, 6, 7].map((batches) => nextSize(learn(new Array(batches).fill(0.001)), askAuto))
  expect(sizes.slice(0, 4)).toEqual([8, 64, 512, 4_096])
  expect(sizes.toSorted((a, b) => a - b)).toEqual(sizes)
  expect((sizes.at(-1) ?? 0) * 0.001).toBeGreaterThan(2)
  expect((sizes.at(-1) ?? 0) * 0.001).toBeLessThan(40)
})

test('batches shrink at once when tasks get dearer', () => {
  const cheap = learn([0.001, 0.001, 0.001, 0.001, 0.001])
  const dear = afterBatch(cheap, 100, 100 * 50)
  expect(nextSize(cheap, askAuto)).toBeGreaterThan(1_000)
  expect(nextSize(dear, askAuto)).toBe(1)
})

test('dear tasks travel alone', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 20, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 10 }), (costs) => {
      expect(nextSize(learn(costs), askAuto)).toBe(1)
    }),
  )
})

test('tasks that cost nothing measurable do not make a batch without end', () => {
  expect(nextSize(learn(new Array(30).fill(0)), askAuto)).toBeLessThanOrEqual(1 << 16)
})

test('the last batches are shared out: no worker takes more than its part of tasks that cost something', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 1_000 }), (nJobs, remaining) => {
      const size = nextSize({ size: 1_000, taskMs: 2 }, { ...askAuto, nJobs, remaining })
      expect(size).toBeLessThanOrEqual(Math.max(1, Math.ceil(remaining / (2 * nJobs))))
    }),
  )
})
