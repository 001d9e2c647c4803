/** Executors and futures as a Python programmer meets them: the same on processes and on threads. */
import { ContextError, OptionError, taskContext, WorkerCrashError } from 'joblet'
import {
  ALL_COMPLETED,
  asCompleted,
  CancelledError,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
  TimeoutError,
  wait,
} from 'joblet/futures'
import { currentProcess } from 'joblet/multiprocessing'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { range, readAll, rejectionOf } from '../contracts/subject.js'
import { exit, failWithOrder, meet, OrderError, square, waitForFile } from '../fixtures/core/tasks.mjs'
import { gate } from './gate.js'

const fail = (): never => {
  throw new RangeError('too far')
}

describe.each([
  ['processes', ProcessPoolExecutor],
  ['threads', ThreadPoolExecutor],
] as const)('an executor of %s', (_name, Executor) => {
  const executor = Executor({ maxWorkers: 2 })
  afterAll(() => executor.shutdown())

  test('submit gives a promise of what the call gives', async () => {
    const future = executor.submit(Math.pow, 2, 10)
    expect(future).toBeInstanceOf(Promise)
    expect(await future).toBe(1024)
    expect([future.done(), future.running(), future.cancelled(), await future.result(), await future.exception()]).toEqual([
      true,
      false,
      false,
      1024,
      null,
    ])
    expect(await Promise.all([executor.submit(square, 3), executor.submit(currentProcess)])).toEqual([
      9,
      { name: expect.stringMatching(/^PoolWorker-[12]$/), pid: expect.any(Number) },
    ])
  })

  test('as many calls run at a time as there are workers, even if they wait for each other', async () => {
    const { path } = gate()
    const calls = [executor.submit(meet, path, 'a', 'b'), executor.submit(meet, path, 'b', 'a')]
    expect(await Promise.all(calls)).toEqual(['a', 'b'])
  })

  test('a future whose call throws rejects with that very error, and raises no unhandled rejection by itself', async () => {
    const unhandled = vi.fn()
    process.once('unhandledRejection', unhandled)
    const future = executor.submit(failWithOrder, 7)
    await wait([future])
    await new Promise(setImmediate)
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
    expect(await rejectionOf(future)).toMatchObject({ name: 'OrderError', order: { id: 7 } })
    expect(await rejectionOf(future.result())).toBeInstanceOf(OrderError)
    expect(await future.exception()).toBeInstanceOf(OrderError)
    expect([future.done(), future.cancelled()]).toEqual([true, false])
  })

  test('a worker that dies costs its own call, and the executor goes on', async () => {
    const [dead, alive] = [executor.submit(exit, 3), executor.submit(square, 3)]
    expect(await dead.exception()).toBeInstanceOf(WorkerCrashError)
    expect(await alive).toBe(9)
    expect(await executor.submit(square, 4)).toBe(16)
  })

  test('first come, first served: what has not begun can be cancelled, what runs cannot', async () => {
    const { path, open } = gate()
    await using executor = Executor({ maxWorkers: 1 })
    const [first, second, third] = [executor.submit(waitForFile, path), executor.submit(square, 2), executor.submit(square, 3)]
    expect([first, second, third].map((future) => [future.running(), future.done()])).toEqual([
      [true, false],
      [false, false],
      [false, false],
    ])
    expect([second.cancel(), second.cancel(), second.cancelled(), second.done(), first.cancel(), first.cancelled()]).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ])
    open()
    expect(await third).toBe(9)
    expect(third.cancel()).toBe(false)
    expect(await rejectionOf(second)).toBeInstanceOf(CancelledError)
    expect(await rejectionOf(second.exception())).toMatchObject({ code: 'ERR_CANCELLED' })
  })

  test('result and exception give up in time, and the call goes on', async () => {
    const { path, open } = gate()
    const future = executor.submit(waitForFile, path)
    expect(await rejectionOf(future.result({ timeout: 0 }))).toMatchObject({ name: 'TimeoutError', code: 'ERR_TIMEOUT', timeoutMs: 0 })
    expect(await rejectionOf(future.exception({ timeout: 5 }))).toBeInstanceOf(TimeoutError)
    open()
    expect(await future.result({ timeout: 30_000 })).toBe(path)
  })

  test('callbacks are told once, in order, at once by a future that is done, and one that throws keeps nobody from being told', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const told: unknown[] = []
    const future = executor.submit(square, 3)
    future.addDoneCallback((done) => told.push(['first', done === future, done.done()]))
    future.addDoneCallback(fail)
    future.addDoneCallback(() => told.push('last'))
    await future
    future.addDoneCallback(() => told.push('late'))
    expect(told).toEqual([['first', true, true], 'last', 'late'])
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('RangeError: too far'), 'JobletWarning')
    warned.mockRestore()
  })

  test('map takes an item of each iterable, until the shortest ends, and gives results in order', async () => {
    let closed = false
    const endless = (function* () {
      try {
        for (let n = 1; ; n++) yield n
      } finally {
        closed = true
      }
    })()
    async function* few() {
      yield* [10, 20, 30]
    }
    expect((await readAll(executor.map(square, range(50)))).values).toEqual(range(50).map((n) => n * n))
    expect((await readAll(executor.map(Math.max, endless, few(), [15, 15, 15, 15], { chunksize: 2 }))).values).toEqual([15, 20, 30])
    expect(closed).toBe(true)
  })

  test('map gives what comes before an error, then the error', async () => {
    const half = (n: number): number => (n === 2 ? fail() : n / 2)
    expect(await readAll(executor.map(half, [0, 1, 2, 3]))).toMatchObject({ values: [0, 0.5], error: { name: 'RangeError' } })
  })

  test('map has its timeout for all results together', async () => {
    const { path } = gate()
    const { values, error } = await readAll(executor.map(waitForFile, [undefined, path], { timeout: 500, chunksize: 1 }))
    expect([values.length <= 1, error instanceof TimeoutError]).toEqual([true, true])
  })

  test('shutdown waits for what was handed over, and nothing more is taken', async () => {
    const executor = Executor(1)
    const futures = range(3).map((n) => executor.submit(square, n))
    await executor.shutdown()
    expect(futures.map((future) => future.done())).toEqual([true, true, true])
    expect(() => executor.submit(square, 1)).toThrow('the executor was shut down')
    expect(() => executor.map(square, [1])).toThrow(ContextError)
  })

  test('shutdown can cancel what has not begun, and need not wait', async () => {
    const { path, open } = gate()
    const executor = Executor(1)
    const [first, second] = [executor.submit(waitForFile, path), executor.submit(square, 2)]
    await executor.shutdown({ wait: false, cancelFutures: true })
    expect([first.done(), second.cancelled()]).toEqual([false, true])
    open()
    expect(await first).toBe(path)
    await executor.shutdown()
  })

  test('each worker is prepared by the initializer, whose failure is that of the calls', async () => {
    await using prepared = Executor({ maxWorkers: 1, initializer: Math.pow, initargs: [2, 5], maxTasksPerChild: 3 })
    expect(await prepared.submit(() => taskContext().state)).toBe(32)
    await using failing = Executor({ maxWorkers: 1, initializer: fail })
    const futures = [failing.submit(square, 1), failing.submit(square, 2)]
    expect(await Promise.all(futures.map((future) => future.exception()))).toEqual([new RangeError('too far'), new RangeError('too far')])
  })

  test('many calls of many moments all come to their own end', async () => {
    const futures = []
    for (const n of range(200)) {
      futures.push(executor.submit((m: number) => (m % 5 === 0 ? fail() : m + n), n))
      if (n % 3 === 0) await null
    }
    const ends = await Promise.allSettled(futures)
    expect(ends.map((end) => (end.status === 'fulfilled' ? end.value : end.reason.name))).toEqual(
      range(200).map((n) => (n % 5 === 0 ? 'RangeError' : n + n)),
    )
  })

  test('calls what is wrong by its name', async () => {
    expect(() => executor.submit(square(3) as never)).toThrow('write executor.submit(fn, x, y)')
    expect(() => executor.map(square as never)).toThrow('write executor.map(fn, items)')
    expect(() => executor.map(square, 3 as never)).toThrow('cannot go through 3')
    expect(() => executor.map(square, [], { chunkSize: 2 } as never)).toThrow('did you mean `chunksize`')
    expect(() => Executor({ max_workers: 2 } as never)).toThrow(OptionError)
    expect(await rejectionOf(executor.shutdown({ cancel: true } as never))).toBeInstanceOf(OptionError)
    expect(await rejectionOf(executor.submit(square, 2).result({ timeout: Number.NaN }))).toBeInstanceOf(OptionError)
  })

  describe('wait', () => {
    test('divides futures into those that are done and those that are not', async () => {
      const { path, open } = gate()
      const [slow, quick] = [executor.submit(waitForFile, path), executor.submit(square, 2)]
      expect(await wait([slow, quick], { returnWhen: FIRST_COMPLETED })).toEqual({ done: new Set([quick]), notDone: new Set([slow]) })
      expect((await wait([slow, slow, quick], { timeout: 5 })).notDone).toEqual(new Set([slow]))
      const all = wait([slow, quick], { returnWhen: ALL_COMPLETED })
      open()
      expect((await all).done.size).toBe(2)
      await expect(wait(slow as never)).rejects.toThrow('it takes a list; write wait([future]), or await the future')
      expect(await wait([])).toEqual({ done: new Set(), notDone: new Set() })
    })

    test('may end with the first error, which a cancelled future is not', async () => {
      const { path, open } = gate()
      await using single = Executor(1)
      const [slow, cancelled] = [single.submit(waitForFile, path), single.submit(square, 1)]
      cancelled.cancel()
      const failing = executor.submit(fail)
      const { done, notDone } = await wait([slow, cancelled, failing], { returnWhen: FIRST_EXCEPTION })
      expect([done, notDone]).toEqual([new Set([cancelled, failing]), new Set([slow])])
      open()
    })
  })

  describe('asCompleted', () => {
    test('gives each future once, as it is done', async () => {
      const { path, open } = gate()
      const [slow, quick] = [executor.submit(waitForFile, path), executor.submit(square, 2)]
      const results: unknown[] = []
      for await (const future of asCompleted([slow, quick, slow])) {
        expect([slow, quick]).toContain(future)
        results.push(await future.result())
        open()
      }
      expect(results).toEqual([4, path])
    })

    test('gives up in time', async () => {
      const { path, open } = gate()
      const [slow, quick] = [executor.submit(waitForFile, path), executor.submit(square, 2)]
      await quick
      const { values, error } = await readAll(asCompleted([slow, quick], { timeout: 20 }))
      expect([values.length, (error as Error).message]).toEqual([1, expect.stringContaining('1 of 2 futures')])
      open()
      await slow
    })
  })
})

test('wait and asCompleted tell of what is no future', async () => {
  expect(await rejectionOf(wait([Promise.resolve(1)] as never))).toMatchObject({ message: expect.stringContaining('is no Future') })
  expect(() => asCompleted([3] as never)).toThrow('cannot wait for 3 in asCompleted')
})
