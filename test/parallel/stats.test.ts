/** Sizes of batches in short, and what runs without workers tell. */
import fc from 'fast-check'
import { delayed, Parallel } from 'joblet'
import { expect, test } from 'vitest'
import { batchStats } from '../../src/parallel/run/stats.js'
import { square } from '../fixtures/core/tasks.mjs'

test('the least, the middle and the largest of all sizes', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sizes) => {
      const counts = new Map<number, number>()
      for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1)
      const sorted = sizes.toSorted((a, b) => a - b)
      expect(batchStats(counts)).toEqual({
        count: sizes.length,
        minSize: sorted[0],
        medianSize: sorted[Math.ceil(sizes.length / 2) - 1],
        maxSize: sorted.at(-1),
      })
    }),
  )
})

test.each(['async', 'sequential'] as const)("on '%s' there are tasks, and neither workers nor batches", async (backend) => {
  const runner = Parallel({ backend })
  await runner([1, 2, 3].map((n) => delayed(square)(n)))
  expect(runner.stats()).toMatchObject({ runs: 1, tasks: 3, failed: 0, workers: [], batches: { count: 0 }, runMs: 0 })
  expect(runner.stats().elapsedMs).toBeGreaterThan(0)
})
