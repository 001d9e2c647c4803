/** A worker's memory is looked at while it is busy, and it is ended only when it stays over its limit. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MemoryWatch, residentSize } from '../../src/backend/life/memory-watch.js'

// The source takes hold of timers before they are faked.
vi.mock('../../src/timers.js', () => ({
  setTimeout: (call: () => void, ms: number) => globalThis.setTimeout(call, ms),
  clearTimeout: (timer: NodeJS.Timeout) => globalThis.clearTimeout(timer),
}))

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Watches a worker whose sizes are these, one for each look; busy for so many looks. */
function watching(sizes: readonly (number | undefined)[], busyLooks = sizes.length) {
  const passed = vi.fn()
  const measure = vi.fn((): number | undefined => sizes[measure.mock.calls.length - 1])
  const watch = new MemoryWatch(100, {
    measure,
    isBusy: () => measure.mock.calls.length <= busyLooks - 1 || busyLooks === sizes.length,
    passed,
  })
  watch.begin()
  return { watch, passed, measure }
}

test('a worker that stays over its limit is told of, with its size', async () => {
  const { passed } = watching([50, 120, 130])
  await vi.advanceTimersByTimeAsync(200)
  expect(passed).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(100)
  expect(passed.mock.calls).toEqual([[130]])
  expect(vi.getTimerCount()).toBe(0)
})

test('one that is over it for a moment is not', async () => {
  const { passed, watch } = watching([120, 90, 120, 90, 90])
  await vi.advanceTimersByTimeAsync(400)
  expect(passed).not.toHaveBeenCalled()
  watch.stop()
})

test('one that has nothing to do is not looked at, and no timer is left', async () => {
  const { measure } = watching([50, 50, 50], 1)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(measure).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('one of which nobody can tell is not looked at again', async () => {
  const { measure } = watching([undefined, 50])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(measure).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('a watch that is stopped tells nothing, also when a look was under way', async () => {
  const passed = vi.fn()
  let answer: (bytes: number) => void = () => undefined
  const measure = () => new Promise<number>((resolve) => (answer = resolve))
  const watch = new MemoryWatch(100, { measure, isBusy: () => true, passed })
  watch.begin()
  await vi.advanceTimersByTimeAsync(100)
  watch.stop()
  answer(200)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(passed).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

test.runIf(process.platform === 'linux')('the resident size of a process is what the process itself finds', () => {
  const own = process.memoryUsage.rss()
  expect(Math.abs((residentSize(process.pid) ?? 0) - own) / own).toBeLessThan(0.1)
  expect(residentSize(2 ** 30)).toBeUndefined()
})
