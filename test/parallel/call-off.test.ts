/** What calls a run off leaves nothing behind when the run is over. */
import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DeadlineError } from '../../src/errors.js'
import { watchForEnd } from '../../src/parallel/run/call-off.js'

// The source takes hold of timers before they are faked.
vi.mock('../../src/timers.js', () => ({
  setTimeout: (call: () => void, ms: number) => globalThis.setTimeout(call, ms),
  setImmediate: (call: () => void) => globalThis.setImmediate(call),
  clearTimeout: (timer: NodeJS.Timeout) => globalThis.clearTimeout(timer),
}))

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const runWith = (options: { signal?: AbortSignal; deadline?: number }) => {
  const reasons: unknown[] = []
  const unwatch = watchForEnd({
    options: { signal: undefined, deadline: undefined, backend: 'sequential', ...options },
    finished: () => Promise.resolve(),
    isInterruptible: true,
    howFar: () => ({ done: 3, total: 10 }),
    callOff: (reason) => void reasons.push(reason),
  })
  return { reasons, unwatch }
}

test('a run is called off when its deadline has passed, and not before', () => {
  const { reasons } = runWith({ deadline: 100 })
  vi.advanceTimersByTime(99)
  expect(reasons).toEqual([])
  vi.advanceTimersByTime(10)
  expect(reasons).toEqual([new DeadlineError(100, { done: 3, total: 10 })])
})

test('a run that is over has neither a timer nor a listener left', () => {
  const { signal } = new AbortController()
  const { reasons, unwatch } = runWith({ deadline: 100, signal })
  expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toEqual([1, 1])
  unwatch()
  expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toEqual([0, 0])
  vi.advanceTimersByTime(1_000)
  expect(reasons).toEqual([])
})

test('a run that ends in the very turn in which its deadline passes is not called off', () => {
  const { reasons, unwatch } = runWith({ deadline: 100 })
  vi.advanceTimersToNextTimer()
  unwatch()
  vi.runAllTimers()
  expect(reasons).toEqual([])
})

test('a signal that is aborted already calls the run off at once, and needs no watch', () => {
  const { reasons } = runWith({ signal: AbortSignal.abort('before'), deadline: 100 })
  expect([reasons, vi.getTimerCount()]).toEqual([['before'], 0])
})
