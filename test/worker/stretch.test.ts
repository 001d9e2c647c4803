/** How many calls a process writes down together before it begins them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FileLedgerKeeper } from '../../src/worker/file-ledger.js'
import { nextStretch, type Stretch } from '../../src/worker/stretch.js'

/** What is in the file after each call of a batch began, and when it was written; the clock is looked at before each call. */
function written(costsMs: readonly number[], timeouts?: number) {
  let nowMs = 0
  const writes: (Stretch & { readonly atMs: number })[] = []
  const keeper = new FileLedgerKeeper((stretch) => {
    writes.push({ ...stretch, atMs: nowMs })
    return Number.POSITIVE_INFINITY
  })
  keeper.enter({ id: 1, size: costsMs.length, timeouts })
  const last = costsMs.map((costMs, at) => {
    expect(keeper.mayBegin(at, nowMs)).toBe(true)
    nowMs += costMs
    return writes.at(-1)
  })
  return { writes, last }
}

const costs = fc.array(fc.oneof(fc.constantFrom(0, 0.0002, 0.01, 0.1, 0.6, 2, 50), fc.double({ min: 0, max: 3, noNaN: true })), {
  maxLength: 300,
})

test('the call that runs is always one of the last stretch, and no call after the stretch has begun', () => {
  fc.assert(
    fc.property(costs, (costsMs) => {
      for (const [at, stretch] of written(costsMs).last.entries()) {
        expect(stretch?.batch).toBe(1)
        expect(stretch?.from).toBeLessThanOrEqual(at)
        expect(stretch?.to).toBeGreaterThan(at)
        expect(stretch?.to).toBeLessThanOrEqual(costsMs.length)
      }
    }),
  )
})

test('where the clock is looked at, a call that begins a millisecond after the last mark is marked', () => {
  fc.assert(
    fc.property(costs, (costsMs) => {
      let nowMs = 0
      for (const [at, stretch] of written(costsMs).last.entries()) {
        expect(nowMs - (stretch?.atMs ?? Number.NaN)).toBeLessThan(1)
        nowMs += costsMs[at] ?? 0
      }
    }),
  )
})

const lengthsOf = (costsMs: readonly number[], timeouts?: number): readonly number[] =>
  written(costsMs, timeouts).writes.map(({ from, to }) => to - from)

test('calls of two milliseconds are marked one by one, tiny ones by the thousand', () => {
  expect(lengthsOf(Array(20).fill(2))).toEqual(Array(20).fill(1))
  expect(written(Array(80_000).fill(0.0002)).writes.length).toBeLessThan(60)
  expect([nextStretch(1, 0, 1_000), nextStretch(100, 0.1, 5_000), nextStretch(100, 1_000, 1_000)]).toEqual([8, 500, 1])
})

test('calls that may be stopped are marked one by one, whatever they take', () => {
  expect(lengthsOf(Array(50).fill(0.0002), 1_000)).toEqual(Array(50).fill(1))
})

test('the last calls of a batch are marked by halves of what is left, but for tiny ones', () => {
  expect(lengthsOf(Array(100).fill(0.02)).slice(-3)).toEqual([1, 1, 1])
  expect(lengthsOf(Array(10_000).fill(0.0002)).at(-1)).toBeGreaterThan(20)
})

test('a batch begins with a stretch of one, whatever the calls of the last one took', () => {
  const writes: Stretch[] = []
  const keeper = new FileLedgerKeeper((stretch) => {
    writes.push(stretch)
    return Number.POSITIVE_INFINITY
  })
  keeper.enter({ id: 1, size: 500 })
  for (let at = 0; at < 500; at++) keeper.mayBegin(at)
  keeper.enter({ id: 2, size: 500 })
  keeper.mayBegin(0)
  expect(writes.at(-1)).toEqual({ batch: 2, from: 0, to: 1 })
})
