/** One call is watched at a time. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Deadline } from '../../src/backend/slot/deadline.js'
import { Drops } from '../../src/backend/slot/drops.js'

// What the source took hold of early is not what fake timers replace.
vi.mock('../../src/clock.js', () => ({ now: () => performance.now() }))
vi.mock('../../src/timers.js', () => ({
  setTimeout: (call: () => void, ms: number) => globalThis.setTimeout(call, ms),
  setImmediate: (call: () => void) => globalThis.setImmediate(call),
  clearTimeout: (timer: NodeJS.Timeout) => globalThis.clearTimeout(timer),
}))

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] }))
afterEach(() => vi.useRealTimers())

test('a call that runs too long is told of, once', () => {
  const passed = vi.fn()
  new Deadline(passed).start(7, 100)
  vi.advanceTimersByTime(99)
  expect(passed).not.toHaveBeenCalled()
  vi.advanceTimersByTime(500)
  expect(passed.mock.calls).toEqual([[7, 100]])
})

test('each call has its own time, counted from its start', () => {
  const passed = vi.fn()
  const deadline = new Deadline(passed)
  for (const at of [0, 1, 2, 3, 4]) {
    deadline.start(at, 100)
    vi.advanceTimersByTime(80)
  }
  expect(passed).not.toHaveBeenCalled()
  vi.advanceTimersByTime(30)
  expect(passed.mock.calls).toEqual([[4, 100]])
})

test('a shorter limit after a longer one counts', () => {
  const passed = vi.fn()
  const deadline = new Deadline(passed)
  deadline.start(0, 1_000)
  deadline.start(1, 50)
  vi.advanceTimersByTime(60)
  expect(passed.mock.calls).toEqual([[1, 50]])
})

test('a call without a limit is not watched, and ends the watch of the one before', () => {
  const passed = vi.fn()
  const deadline = new Deadline(passed)
  deadline.start(0, 50)
  deadline.start(1, undefined)
  vi.advanceTimersByTime(1_000)
  expect(passed).not.toHaveBeenCalled()
})

test('nothing is told, and no timer left, after clear()', () => {
  const passed = vi.fn()
  const deadline = new Deadline(passed)
  deadline.start(0, 50)
  deadline.clear()
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(1_000)
  expect(passed).not.toHaveBeenCalled()
})

test('a worker that does not answer for a dropped run in time is told of; one that does is not', async () => {
  const late = vi.fn()
  const drops = new Drops(late)
  const answered = drops.add(1)
  drops.expectWithin(20)
  drops.settle(1)
  await answered
  vi.advanceTimersByTime(50)
  expect([late.mock.calls.length, drops.size, vi.getTimerCount()]).toEqual([0, 0, 0])
  void drops.add(2)
  drops.expectWithin(20)
  vi.advanceTimersByTime(50)
  expect(late).toHaveBeenCalledOnce()
  expect(drops.has(2)).toBe(true)
})
