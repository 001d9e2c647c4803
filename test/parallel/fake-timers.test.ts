/** A caller's tests may fake timers, and the time, before their first run: joblet goes on by the real ones. */
import { type BackendName, delayed, Parallel, type ParallelOptions } from 'joblet'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { brief } from '../contracts/subject.js'
import { exit, interval, square } from '../fixtures/core/tasks.mjs'

const runners: { close(): Promise<void> }[] = []

// All that can be faked, but for `nextTick`: Node's own streams are not made for that.
const toFake = [
  ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const),
  ...(['queueMicrotask', 'hrtime', 'performance', 'Date'] as const),
]

beforeEach(() => void vi.useFakeTimers({ toFake, now: 0 }))
afterEach(() => void vi.useRealTimers())
afterAll(() => Promise.all(runners.map((runner) => runner.close())))

type Given = Pick<ParallelOptions, 'batchSize' | 'onProgress' | 'retries' | 'timeout'>

const runnerOn = (backend: BackendName, options: Given) => {
  const runner = Parallel({ nJobs: 2, backend, onError: 'collect', ...options })
  runners.push(runner)
  return runner
}

describe.each(['threads', 'processes', 'async', 'sequential'] as const)('with fake timers, on %s', (backend) => {
  test('a task that runs past its timeout fails, the others finish, and progress is told', async () => {
    const done: number[] = []
    const run = runnerOn(backend, { timeout: 60, onProgress: (progress) => void done.push(progress.done) })
    const outcomes = await run([delayed(square)(2), delayed(interval)(250), delayed(square)(3)])
    expect(brief(outcomes)).toEqual([4, 'timed-out', 9])
    expect(done).toEqual([1, 2, 3])
  })

  test('more tasks than are pulled at a time run to the end', async () => {
    const squares = await runnerOn(backend, { batchSize: 1 })(Array.from({ length: 40 }, (_, i) => delayed(square)(i)))
    expect(brief(squares)).toEqual(Array.from({ length: 40 }, (_, i) => i * i))
  })
})

test.each(['threads', 'processes'] as const)('with fake timers, on %s, a task whose worker crashed runs again', async (backend) => {
  const outcomes = await runnerOn(backend, { retries: 1 })([delayed(exit)(3), delayed(square)(3)])
  expect(brief(outcomes)).toEqual(['crashed', 9])
  expect(outcomes[0]).toMatchObject({ left: { attempts: 2 } })
})
