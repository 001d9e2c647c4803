/** Which worker a batch goes to. */
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { chooseSlot, type PlaceableSlot } from '../../src/backend/pool/placement.js'
import type { Batch } from '../../src/worker/batch.js'

const noLimit = Number.POSITIVE_INFINITY

const batchOf = (about: Partial<Batch> = {}): Batch => ({
  type: 'batch',
  id: 1,
  run: 1,
  size: 1,
  indices: 0,
  define: [],
  fns: 0,
  arity: 0,
  args: { values: [], parcels: [] },
  ...about,
})

/** A worker with these batches on it. */
const slotOf = (inFlight: readonly Batch[] = [], about: Partial<PlaceableSlot> = {}) => ({
  takesBatches: true,
  inFlight: inFlight.map((batch) => ({ batch })),
  tasksTaken: 0,
  hasServed: () => false,
  end: vi.fn(),
  ...about,
})

const leaseOf = (nJobs: number, run = 1) => ({ request: { nJobs }, runs: [run] })
const short = { expectedMs: 1 }
const long = { expectedMs: 100 }

test('an empty worker comes before a busy one', () => {
  const [busy, empty] = [slotOf([batchOf(short)]), slotOf()]
  expect(chooseSlot([busy, empty], batchOf(short), leaseOf(2), noLimit)).toBe(empty)
})

test('of empty workers, one that had batches of the run before comes first', () => {
  const [other, before] = [slotOf(), slotOf([], { hasServed: (run) => run === 1 })]
  expect(chooseSlot([other, before], batchOf(), leaseOf(1), noLimit)).toBe(before)
  expect(chooseSlot([other, before], batchOf({ run: 2 }), leaseOf(1, 2), noLimit)).toBe(other)
})

test('a short batch may wait behind a short one, and only one may', () => {
  const [busy, full] = [slotOf([batchOf(short)]), slotOf([batchOf(short), batchOf(short)])]
  expect(chooseSlot([full, busy], batchOf(short), leaseOf(2), noLimit)).toBe(busy)
  expect(chooseSlot([full], batchOf(short), leaseOf(2), noLimit)).toBeUndefined()
})

test.each([
  ['a long batch behind a short one', batchOf(long), batchOf(short)],
  ['a short batch behind a long one', batchOf(short), batchOf(long)],
  ['a batch of unknown length', batchOf(), batchOf(short)],
  ['a batch behind one of unknown length', batchOf(short), batchOf()],
  ['a batch that must be alone', batchOf({ ...short, alone: true }), batchOf(short)],
  ['a batch behind one that must be alone', batchOf(short), batchOf({ ...short, alone: true })],
])('%s waits for an empty worker', (_, batch, running) => {
  expect(chooseSlot([slotOf([running])], batch, leaseOf(1), noLimit)).toBeUndefined()
})

test('a worker that takes no batches gets none', () => {
  expect(chooseSlot([slotOf([], { takesBatches: false })], batchOf(), leaseOf(1), noLimit)).toBeUndefined()
})

test('a worker that has had its share is ended, and another is chosen', () => {
  const [tired, fresh] = [slotOf([], { tasksTaken: 3 }), slotOf([], { tasksTaken: 2 })]
  expect(chooseSlot([tired, fresh], batchOf({ size: 1 }), leaseOf(2), 3)).toBe(fresh)
  expect(tired.end).toHaveBeenCalled()
  expect(fresh.end).not.toHaveBeenCalled()
})

test('a batch is never too large for a fresh worker', () => {
  const fresh = slotOf()
  expect(chooseSlot([fresh], batchOf({ size: 10 }), leaseOf(1), 3)).toBe(fresh)
})

test('no run is ever on more workers than its nJobs, and no batch goes where it may not', () => {
  const batches = fc
    .record({ run: fc.integer({ min: 1, max: 3 }), expectedMs: fc.constantFrom(undefined, 1, 100), alone: fc.boolean() })
    .map((about) => batchOf(about as Partial<Batch>))
  const slots = fc.array(fc.record({ batches: fc.array(batches, { maxLength: 2 }), takesBatches: fc.boolean(), tasksTaken: fc.nat(5) }), {
    maxLength: 6,
  })
  fc.assert(
    fc.property(slots, batches, fc.integer({ min: 1, max: 4 }), fc.constantFrom(2, 5, noLimit), (states, batch, nJobs, most) => {
      const all = states.map(({ batches: running, ...about }) => slotOf(running, about))
      const slot = chooseSlot(all, batch, leaseOf(nJobs, batch.run), most)
      if (slot === undefined) return
      const isOurs = ({ inFlight }: PlaceableSlot) => inFlight.some((other) => other.batch.run === batch.run)
      expect(all.filter((other) => other === slot || isOurs(other)).length).toBeLessThanOrEqual(Math.max(nJobs, all.filter(isOurs).length))
      expect(slot.takesBatches).toBe(true)
      expect(slot.inFlight.length).toBeLessThanOrEqual(1)
      expect(slot.tasksTaken === 0 || slot.tasksTaken + batch.size <= most).toBe(true)
      expect(slot.end).not.toHaveBeenCalled()
      for (const other of all) if (other.inFlight.length > 0) expect(other.end).not.toHaveBeenCalled()
    }),
    { numRuns: 300 },
  )
})
