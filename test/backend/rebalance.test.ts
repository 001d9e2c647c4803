/** Who gives calls back when another worker has nothing to do. */
import { expect, test } from 'vitest'
import type { PlacingLease } from '../../src/backend/pool/placement.js'
import { givers, greatestGift, isAboutToBegin, mayGiveLater } from '../../src/backend/pool/rebalance.js'
import type { Batch } from '../../src/worker/batch.js'

const batchOf = (size: number, expectedMs: number | undefined, about: Partial<Batch> = {}): Batch => ({
  type: 'batch',
  id: 1,
  run: 1,
  size,
  indices: 0,
  define: [],
  fns: 0,
  arity: 0,
  args: { values: [], parcels: [] },
  ...(expectedMs === undefined ? {} : { expectedMs }),
  ...about,
})

interface Sent {
  readonly batch: Batch
  readonly unbegun: number
  readonly hidden: number
}

/** A worker with these batches, of which so many calls can be had back, and so many more perhaps later. */
const slotOf = (...batches: readonly (readonly [batch: Batch, unbegun: number, hidden?: number])[]) => ({
  takesBatches: true,
  inFlight: batches.map(([batch, unbegun, hidden = 0]): Sent => ({ batch, unbegun, hidden })),
  unbegunOf: ({ unbegun }: Sent) => unbegun,
  hiddenOf: ({ hidden }: Sent) => hidden,
})

const large = { encoded: { bytes: new Uint8Array(1), shared: [] }, parcels: [] }

const lease = { request: { nJobs: 4 }, runs: [1] }

type Slots = readonly ReturnType<typeof slotOf>[]

const giftOf = (slots: Slots, to: PlacingLease) => greatestGift(givers<Sent, Slots[number]>(slots, to), to)
const mayCome = (slots: Slots, to: PlacingLease) => mayGiveLater(givers<Sent, Slots[number]>(slots, to), to)

test('half of the batch that runs is given, or all of one that waits, whichever keeps a worker longer', () => {
  const running = slotOf([batchOf(10, 10), 7])
  expect(giftOf([running, slotOf()], lease)).toMatchObject({ slot: running, unbegun: 7, ms: 4 })
  const waiting = slotOf([batchOf(10, 10), 1], [batchOf(5, 20), 5])
  expect(giftOf([running, waiting, slotOf()], lease)).toMatchObject({ slot: waiting, unbegun: 5, ms: 20 })
})

test('calls of unknown cost count as dear', () => {
  const unknown = slotOf([batchOf(10, undefined), 2])
  expect(giftOf([slotOf([batchOf(10, 1_000), 9]), unknown, slotOf()], lease)).toMatchObject({ slot: unknown, ms: Infinity })
})

test.each([
  ['nobody has nothing to do', [slotOf([batchOf(10, 10), 7]), slotOf([batchOf(10, 10), 7])], lease],
  ['the run may use no more workers', [slotOf([batchOf(10, 10), 7]), slotOf()], { request: { nJobs: 1 }, runs: [1] }],
  ['all calls have begun', [slotOf([batchOf(10, 10), 0]), slotOf()], lease],
  ['the calls are of another run', [slotOf([batchOf(10, 10), 7]), slotOf()], { request: { nJobs: 4 }, runs: [2] }],
  ['its one call of large arguments is about to begin', [slotOf([batchOf(1, 10, { args: large }), 1]), slotOf()], lease],
  ['the batch is there to find out who ends its worker', [slotOf([batchOf(10, 10, { alone: true }), 7]), slotOf()], lease],
])('nothing is given when %s', (_, slots, to) => {
  expect(giftOf(slots, to)).toBeUndefined()
})

test('more may come to be given where calls of the run count as begun that are not, and somebody has nothing to do', () => {
  const hiding = slotOf([batchOf(10, 10), 0, 3])
  expect(mayCome([hiding, slotOf()], lease)).toBe(true)
  expect(mayCome([hiding, slotOf([batchOf(10, 10), 0])], lease)).toBe(false)
  expect(mayCome([slotOf([batchOf(10, 10), 0]), slotOf()], lease)).toBe(false)
  expect(mayCome([slotOf([batchOf(10, 10, { run: 2 }), 0, 3]), slotOf()], lease)).toBe(false)
})

test('two milliseconds long, a batch of unknown cost is left to its worker', () => {
  const sent = { batch: batchOf(1, undefined), sinceMs: 100 }
  expect([100, 101.9, 102].map((nowMs) => isAboutToBegin(sent, nowMs))).toEqual([true, true, false])
  expect(isAboutToBegin({ batch: batchOf(1, 10), sinceMs: 100 }, 100)).toBe(false)
})
