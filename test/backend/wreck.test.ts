/** What becomes of the batches on a worker that ended. */
import { describe, expect, test } from 'vitest'
import { salvage, type Wreck, withOwnEnd } from '../../src/backend/slot/wreck.js'
import type { Batch } from '../../src/worker/batch.js'

const batchOf = (id: number, run = 1): Batch => ({
  type: 'batch',
  id,
  run,
  size: 5,
  indices: 0,
  define: [],
  fns: 0,
  arity: 0,
  args: { values: [], parcels: [] },
})
const [first, second] = [
  { batch: batchOf(10), answered: false, owned: 5 },
  { batch: batchOf(11, 2), answered: false, owned: 5 },
]
const how = { exitCode: 3, signal: undefined }
const wreck: Wreck<typeof first> = {
  inFlight: [first, second],
  word: undefined,
  mark: undefined,
  stretch: undefined,
  timedOutAt: undefined,
  exitCode: undefined,
  how,
  onPurpose: false,
  isDropped: () => false,
}

test('a thread leaves word which call ran: that is the one, and the batch behind it goes elsewhere', () => {
  expect(salvage({ ...wreck, word: { batch: 10, at: 3 } })).toEqual({ ended: [[first, { kind: 'lost', at: 3, how }]], returned: [second] })
})

test('a thread that had begun nothing loses nothing', () => {
  expect(salvage({ ...wreck, word: { batch: 0, at: 0 } })).toEqual({ ended: [], returned: [first, second] })
})

test('of a process nobody knows which call ran, unless it told', () => {
  expect(salvage(wreck).ended).toEqual([[first, { kind: 'lost', at: undefined, how }]])
  expect(salvage({ ...wreck, mark: { batch: 10, at: 2 } }).ended).toEqual([[first, { kind: 'lost', at: 2, how }]])
  expect(salvage({ ...wreck, mark: { batch: 9, at: 2 } }).ended).toEqual([[first, { kind: 'lost', at: undefined, how }]])
})

test('a process that wrote down a stretch of its batch leaves these calls as suspects, unless it told which one ran', () => {
  const stretch = { batch: 10, from: 2, to: 4 }
  expect(salvage({ ...wreck, stretch }).ended).toEqual([[first, { kind: 'lost', at: undefined, how, suspects: { from: 2, to: 4 } }]])
  expect(salvage({ ...wreck, stretch, mark: { batch: 10, at: 3 } }).ended).toEqual([[first, { kind: 'lost', at: 3, how }]])
  expect(salvage({ ...wreck, stretch: { ...stretch, batch: 9 } }).ended).toEqual([[first, { kind: 'lost', at: undefined, how }]])
})

test('a worker that was ended for a call that ran too long has timed out there', () => {
  expect(salvage({ ...wreck, word: { batch: 10, at: 4 }, timedOutAt: 4 }).ended).toEqual([[first, { kind: 'timed-out', at: 4 }]])
})

test('batches of a run that was being dropped are cancelled, begun or not', () => {
  expect(salvage({ ...wreck, word: { batch: 10, at: 3 }, isDropped: (run) => run === 1 })).toEqual({
    ended: [[first, { kind: 'cancelled' }]],
    returned: [second],
  })
  expect(salvage({ ...wreck, word: { batch: 10, at: 3 }, isDropped: (run) => run === 2 })).toEqual({
    ended: [
      [first, { kind: 'lost', at: 3, how }],
      [second, { kind: 'cancelled' }],
    ],
    returned: [],
  })
})

test('a batch on a worker that was ended for the sake of another run is to blame for nothing', () => {
  expect(salvage({ ...wreck, word: { batch: 10, at: 3 }, onPurpose: true })).toEqual({
    ended: [[first, { kind: 'returned' }]],
    returned: [second],
  })
})

test('an idle worker leaves nothing behind', () => {
  expect(salvage({ ...wreck, inFlight: [], word: { batch: 0, at: 0 } })).toEqual({ ended: [], returned: [] })
})

describe('a worker that was ended for a call that ran too long', () => {
  const killed = { exitCode: undefined, signal: 'SIGKILL' }
  const late = { ...wreck, timedOutAt: 2, mark: { batch: 10, at: 2 }, onPurpose: true }
  const endOf = (given: Wreck<typeof first>) => salvage(withOwnEnd(given)).ended[0]?.[1]

  test('has crashed, if a code or another signal shows that it had ended by itself', () => {
    expect(endOf({ ...late, how })).toEqual({ kind: 'lost', at: 2, how })
    const fault = { exitCode: undefined, signal: 'SIGSEGV' }
    expect(endOf({ ...late, how: fault })).toEqual({ kind: 'lost', at: 2, how: fault })
    expect(withOwnEnd({ ...late, how }).onPurpose).toBe(false)
  })

  test('has crashed, if it left word that it was exiting', () => {
    const own = { exitCode: 7, signal: undefined }
    expect(endOf({ ...late, how: killed, exitCode: 7 })).toEqual({ kind: 'lost', at: 2, how: own })
    expect(endOf({ ...late, word: { batch: 10, at: 2 }, how: { exitCode: 1, signal: undefined }, exitCode: 7 })).toEqual({
      kind: 'lost',
      at: 2,
      how: own,
    })
  })

  test('has timed out otherwise: a thread that is ended has an exit code too', () => {
    expect(endOf({ ...late, how: killed })).toEqual({ kind: 'timed-out', at: 2 })
    expect(endOf({ ...late, word: { batch: 10, at: 2 }, how: { exitCode: 1, signal: undefined } })).toEqual({ kind: 'timed-out', at: 2 })
  })
})
