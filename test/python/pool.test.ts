/** `Pool` as a Python programmer meets it: the same on processes and on threads. */
import { ContextError, OptionError, taskContext, WorkerCrashError } from 'joblet'
import { currentProcess, Pool, TimeoutError } from 'joblet/multiprocessing'
import { afterAll, describe, expect, test } from 'vitest'
import { range, readAll, rejectionOf } from '../contracts/subject.js'
import { exit, square, waitForFile, whoAmI } from '../fixtures/core/tasks.mjs'
import { gate } from './gate.js'

describe.each(['processes', 'threads'] as const)('a pool of %s', (backend) => {
  const pool = Pool({ processes: 2, backend })
  afterAll(() => pool[Symbol.asyncDispose]())

  test('map gives results in the order of the items, whatever the chunks', async () => {
    const squares = range(100).map((n) => n * n)
    expect(await pool.map(square, range(100))).toEqual(squares)
    expect(await pool.map(square, new Set(range(100)), { chunksize: 7 })).toEqual(squares)
  })

  test('map passes one argument, however many the function could take', async () => {
    expect(await pool.map(Number.parseInt, ['10', '10', '10'])).toEqual([10, 10, 10])
  })

  test('starmap spreads each row, from generators and async generators too', async () => {
    async function* rows(): AsyncGenerator<[number, number]> {
      for (const n of [1, 2, 3]) yield [n, 2]
    }
    expect(await pool.starmap(Math.pow, [...(await readAll(rows())).values])).toEqual([1, 4, 9])
    expect(await pool.starmap(Math.pow, rows())).toEqual([1, 4, 9])
  })

  test('starmap tells of a row that is no array', async () => {
    const rows = (function* () {
      yield [1, 2]
      yield 3
    })() as Iterable<[number, number]>
    expect(await rejectionOf(pool.starmap(Math.pow, rows))).toMatchObject({
      name: 'TypeError',
      message: expect.stringContaining('cannot take 3'),
    })
  })

  test('apply calls in a worker, whose name currentProcess tells', async () => {
    expect(currentProcess()).toEqual({ name: 'MainProcess', pid: process.pid })
    const { name, pid } = await pool.apply(() => currentProcess())
    expect(name).toMatch(/^PoolWorker-[12]$/)
    expect(pid === process.pid).toBe(backend === 'threads')
  })

  test('apply takes the variables of a function as they are when it is called', async () => {
    let factor = 2
    const times = (n: number): number => n * factor
    const first = await pool.apply(times, [10])
    factor = 3
    expect([first, await pool.apply(times, [10])]).toEqual([20, 30])
  })

  test('apply rejects with what the call throws, and the pool goes on', async () => {
    const error = await rejectionOf(
      pool.apply(() => {
        throw new RangeError('too far')
      }),
    )
    expect(error).toBeInstanceOf(RangeError)
    expect(await pool.apply(square, [3])).toBe(9)
  })

  test('a worker that dies fails the call that it ran, and the pool goes on', async () => {
    expect(await rejectionOf(pool.apply(exit, [3]))).toBeInstanceOf(WorkerCrashError)
    expect(await pool.map(square, [1, 2, 3])).toEqual([1, 4, 9])
  })

  test('applyAsync tells when it is ready, calls back, and gives the result again and again', async () => {
    const told: unknown[] = []
    const result = pool.applyAsync(square, [4], { callback: (value) => told.push(value), errorCallback: () => told.push('error') })
    expect(result.ready()).toBe(false)
    expect(() => result.successful()).toThrow(ContextError)
    await result.wait()
    expect([result.ready(), result.successful(), await result.get(), await result.get(), told]).toEqual([true, true, 16, 16, [16]])
  })

  test('applyAsync that fails calls back with the error, and raises no unhandled rejection', async () => {
    const told: unknown[] = []
    const fail = (): never => {
      throw new RangeError('too far')
    }
    const result = pool.applyAsync(fail, [], { callback: () => told.push('value'), errorCallback: (error) => told.push(error) })
    await result.wait()
    expect([result.successful(), told.length]).toEqual([false, 1])
    expect(await rejectionOf(result.get())).toBe(told[0])
  })

  test('get gives up in time, and the call goes on', async () => {
    const { path, open } = gate()
    const result = pool.applyAsync(waitForFile, [path])
    const error = await rejectionOf(result.get({ timeout: 10 }))
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT', timeoutMs: 10 })
    await result.wait(1)
    expect(result.ready()).toBe(false)
    open()
    expect(await result.get({ timeout: 30_000 })).toBe(path)
  })

  test('mapAsync and starmapAsync give handles on lists', async () => {
    const told: unknown[] = []
    const squares = pool.mapAsync(square, range(4), { chunksize: 2, callback: (values) => told.push(values) })
    const powers = pool.starmapAsync(Math.pow, [
      [2, 3],
      [3, 2],
    ])
    expect([await squares.get(), await powers.get(), told]).toEqual([[0, 1, 4, 9], [8, 9], [[0, 1, 4, 9]]])
  })

  test('imap gives results one by one, in order, and reads its input only as fast as it is read', async () => {
    let read = 0
    const endless = (function* () {
      for (;;) yield read++
    })()
    const found: number[] = []
    for await (const value of pool.imap(square, endless, { chunksize: 1 })) if (found.push(value) === 5) break
    expect(found).toEqual([0, 1, 4, 9, 16])
    expect(read).toBeLessThan(20)
  })

  test('imapUnordered gives each result as soon as it is there', async () => {
    const { path, open } = gate()
    const paths = [path, undefined, undefined, undefined]
    const first = pool.imapUnordered(waitForFile, paths, { chunksize: 1 })
    const { value } = await first.next()
    open()
    const { values } = await readAll(first)
    expect([value, values.length]).toEqual([undefined, 3])
    expect(values).toContain(path)
  })

  test('imap ends with the first error', async () => {
    const half = (n: number): number => {
      if (n === 2) throw new RangeError(`no ${n}`)
      return n / 2
    }
    const { values, error } = await readAll(pool.imap(half, [0, 1, 2, 3], { chunksize: 1 }))
    expect(values).toEqual([0, 0.5])
    expect(error).toBeInstanceOf(RangeError)
  })

  test('calls what is wrong by its name', async () => {
    expect(() => pool.map(3 as never, [])).toThrow('write pool.map(fn, items)')
    expect(() => pool.map(square, 3 as never)).toThrow('cannot go through 3')
    expect(() => pool.apply(square, 3 as never)).toThrow('they must be an array')
    expect(() => pool.apply(square(3) as never)).toThrow('cannot call 9')
    expect(() => pool.map(square, [], { chunkSize: 3 } as never)).toThrow('did you mean `chunksize`')
    expect(() => pool.map(square, [], { chunksize: 0 })).toThrow(OptionError)
    expect(await rejectionOf(pool.applyAsync(square, [2]).get({ timeout: -1 }))).toBeInstanceOf(OptionError)
    await expect(pool.applyAsync(square, [2]).get(1 as never)).rejects.toThrow('write { timeout: 1_000 } for a second')
    expect(() => pool.map(square, [2], 5 as never)).toThrow('write { chunksize: 2 }')
    await expect(pool.join()).rejects.toThrow('still running')
  })

  test('a pool within a call has workers of its own', async () => {
    const inner = async (): Promise<number[]> => {
      await using pool = Pool({ processes: 1, backend: 'threads' })
      return await pool.map((n: number) => n + 1, [1, 2])
    }
    expect(await pool.apply(inner)).toEqual([2, 3])
  })

  test('its workers are its own, each prepared by the initializer', async () => {
    const prepare = (name: string, times: number): string => name.repeat(times)
    await using first = Pool({ processes: 1, backend, initializer: prepare, initargs: ['ab', 2] })
    await using second = Pool({ processes: 1, backend })
    expect(await first.apply(() => taskContext().state)).toBe('abab')
    expect(await first.apply(whoAmI)).not.toBe(await second.apply(whoAmI))
  })

  test('maxtasksperchild replaces a worker after so many', async () => {
    await using pool = Pool({ processes: 1, backend, maxtasksperchild: 2 })
    const workers = []
    for (let i = 0; i < 4; i++) workers.push(await pool.apply(whoAmI))
    expect(new Set(workers).size).toBe(2)
  })

  test('close lets what was handed over end, and takes no more', async () => {
    const pool = Pool({ processes: 1, backend })
    const results = [pool.applyAsync(square, [2]), pool.mapAsync(square, range(10))]
    pool.close()
    expect(() => pool.map(square, [1])).toThrow('Pool not running')
    expect(() => pool.applyAsync(square, [1])).toThrow('Pool not running')
    await pool.join()
    expect(results.map((result) => result.successful())).toEqual([true, true])
  })

  test('terminate stops what runs, drops what waits, and fails both', async () => {
    const pool = Pool({ processes: 1, backend })
    const never = gate().path
    const results = [pool.applyAsync(waitForFile, [never]), pool.applyAsync(square, [1]), pool.mapAsync(waitForFile, [never])]
    pool.terminate()
    await pool.join()
    const errors = await Promise.all(results.map((result) => rejectionOf(result.get())))
    expect(errors.map((error) => [error instanceof ContextError, (error as Error).message.includes('terminated')])).toEqual(
      results.map(() => [true, true]),
    )
    expect(() => pool.apply(square, [1])).toThrow('it was terminated')
  })

  test('an initializer that ends its worker fails the calls, not the program', async () => {
    const pool = Pool({ processes: 1, backend, initializer: exit as () => never, initargs: [] })
    expect(await rejectionOf(pool.apply(square, [1]))).toBeInstanceOf(WorkerCrashError)
    expect(await rejectionOf(pool.map(square, [1]))).toBeInstanceOf(WorkerCrashError)
    pool.close()
    await pool.join()
  })
})

test('Pool(3) and new Pool(3) are pools of three', async () => {
  for (const pool of [Pool(1), new Pool(1)]) {
    expect(pool).toBeInstanceOf(Pool)
    pool.close()
    await pool.join()
  }
  expect(() => Pool(0)).toThrow('`processes` must be a whole number from 1')
  expect(() => Pool({ max_workers: 2 } as never)).toThrow('unknown option `max_workers`')
})
