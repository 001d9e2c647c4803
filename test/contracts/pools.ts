/** Workers as a user meets them: who shares them, how many there are, what they are started with, when they end. */
import { readFileSync } from 'node:fs'
import { delayed, type ParallelOptions, type Runner, taskContext } from 'joblet'
import { describe, expect, test } from 'vitest'
import { interval, square, whoAmI } from '../fixtures/core/tasks.mjs'
import { quiet, range, type Subject } from './subject.js'

/** How many of the intervals overlap at most. */
const overlap = (intervals: readonly (readonly [number, number])[]): number =>
  Math.max(...intervals.map(([begun]) => intervals.filter(([from, to]) => from <= begun && begun < to).length))

// Workers of a busy machine take a while to start.
const settled = { timeout: 15_000, interval: 1 }

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

export function poolsContract({ name, Parallel }: Subject): void {
  let pools = 0
  /** Options that no other test has: workers of one's own. */
  const fresh = <Options extends ParallelOptions>(options: Options) => ({ ...options, env: { JOBLET_TEST_POOL: String(++pools) } })
  const whoWorks = async (runner: Runner): Promise<unknown[]> => [...new Set(await runner(range(8).map(() => delayed(whoAmI)())))]

  describe('workers', () => {
    test('are shared by runners with equal options, one after the other', async () => {
      const options = fresh({ nJobs: 1 })
      const [first, second] = [await whoWorks(Parallel(options)), await whoWorks(Parallel({ ...options }))]
      expect(second).toEqual(first)
      expect(first).toHaveLength(1)
      expect(first[0]).not.toBe(whoAmI())
    })

    test('are others for other options', async () => {
      const options = fresh({ nJobs: 1 })
      const [plain] = await whoWorks(Parallel(options))
      expect(await whoWorks(Parallel({ ...options, execArgv: ['--no-warnings'] }))).not.toContain(plain)
      expect(await whoWorks(Parallel(fresh({ nJobs: 1 })))).not.toContain(plain)
    })

    test('are no more at a time than nJobs, and all of them are used once they have started', async () => {
      const runner = Parallel(fresh({ nJobs: 3, batchSize: 1 }))
      const most = async () => overlap(await runner(range(12).map(() => delayed(interval)(15))))
      await expect.poll(most, settled).toBe(3)
      expect(await most()).toBeLessThanOrEqual(3)
    })

    test('are no more than nJobs for a run whose pool has more', async () => {
      const options = fresh({ batchSize: 1 })
      const most = async (nJobs: number) => overlap(await Parallel({ ...options, nJobs })(range(12).map(() => delayed(interval)(15))))
      await expect.poll(() => most(4), settled).toBe(4)
      expect(await most(2)).toBe(2)
    })

    test('are no more for several runs together than for the widest', async () => {
      const options = fresh({ nJobs: 2, batchSize: 1 })
      const runs = range(3).map(() => Parallel(options)(range(10).map(() => delayed(interval)(15))))
      expect(overlap((await Promise.all(runs)).flat())).toBeLessThanOrEqual(2)
    })

    test('take turns between runs', async () => {
      const options = fresh({ nJobs: 2, batchSize: 1 })
      const long = Parallel(options)(range(100).map(() => delayed(interval)(10)))
      const [short] = await Parallel(options)([delayed(interval)(1)])
      const last = (await long).at(-1) ?? [0, 0]
      expect(short[1]).toBeLessThan(last[0])
    })

    test('are replaced after maxTasksPerWorker tasks', async () => {
      const answers = await Parallel({ maxTasksPerWorker: 3 })(range(12).map(() => delayed(whoAmI)()))
      const counts = [...new Set(answers)].map((who) => answers.filter((other) => other === who).length)
      expect(new Set(answers).size).toBeGreaterThanOrEqual(4)
      for (const count of counts) expect(count).toBeLessThanOrEqual(3)
    })

    test('know nothing of former runs', async () => {
      const options = fresh({ nJobs: 1 })
      let count = 0
      const next = () => ++count
      expect(await Parallel(options)(range(3).map(() => delayed(next)()))).toEqual([1, 2, 3])
      expect(await Parallel(options)(range(3).map(() => delayed(next)()))).toEqual([1, 2, 3])
      count = 10
      expect(await Parallel(options)(range(2).map(() => delayed(next)()))).toEqual([11, 12])
    })
  })

  describe('options of workers', () => {
    test('env adds variables to those of the program, and undefined removes one', async () => {
      process.env['JOBLET_TEST_INHERITED'] = 'yes'
      process.env['JOBLET_TEST_REMOVED'] = 'no'
      const read = () => [process.env['JOBLET_TEST_INHERITED'], process.env['JOBLET_TEST_ADDED'], process.env['JOBLET_TEST_REMOVED']]
      const env = { JOBLET_TEST_ADDED: 'too', JOBLET_TEST_REMOVED: undefined }
      expect(await Parallel({ env })([delayed(read)()])).toEqual([['yes', 'too', undefined]])
    })

    test('without env, workers have the variables of the program', async () => {
      process.env['JOBLET_TEST_INHERITED'] = 'yes'
      const runner = Parallel({ nJobs: 1, execArgv: ['--conditions=joblet-test-env'] })
      expect(await runner([delayed(() => process.env['JOBLET_TEST_INHERITED'])()])).toEqual(['yes'])
    })

    test('warm workers are replaced by others when the program has changed its environment', async () => {
      const runner = Parallel({ nJobs: 1, initializer: () => undefined })
      const read = delayed(() => process.env['JOBLET_TEST_CHANGED'] ?? 'none')()
      const seen: string[] = []
      for (const value of ['one', 'two']) {
        process.env['JOBLET_TEST_CHANGED'] = value
        seen.push(...(await runner([read, read])))
      }
      delete process.env['JOBLET_TEST_CHANGED']
      seen.push(...(await runner([read])))
      expect(seen).toEqual(['one', 'one', 'two', 'two', 'none'])
    })

    test('and the former ones are not kept, not even by a runner that is never closed', async () => {
      const former = fresh({ nJobs: 1 })
      const [who] = await whoWorks(Parallel(former))
      process.env['JOBLET_TEST_CHANGED'] = 'again'
      const runner = Parallel(former)
      expect(await whoWorks(runner)).not.toContain(who)
      delete process.env['JOBLET_TEST_CHANGED']
      if (name === 'processes') await expect.poll(() => isAlive(Number.parseInt(String(who), 10)), settled).toBe(false)
    })

    test('they work where the program does now, not where it was when they started', async () => {
      const options = fresh({ nJobs: 1 })
      const here = process.cwd()
      const where = async () => (await Parallel(options)([delayed(() => process.cwd())()]))[0]
      expect(await where()).toBe(here)
      try {
        process.chdir('/')
        expect(await where()).toBe('/')
      } finally {
        process.chdir(here)
      }
      expect(await where()).toBe(here)
    })

    test('a task that reads stdin finds its end: what comes there is for the program', async () => {
      const read = () =>
        new Promise((resolve) => {
          let bytes = 0
          process.stdin.on('data', (chunk: Uint8Array) => (bytes += chunk.length)).on('end', () => resolve(bytes))
        })
      expect(await Parallel({ nJobs: 1, timeout: 10_000 })([delayed(read)()])).toEqual([0])
      if (name === 'processes') expect(await Parallel({ nJobs: 1 })([delayed(readFileSync)(0, 'utf8')])).toEqual([''])
    })

    test('execArgv reaches them', async () => {
      const execArgv = ['--conditions=joblet-test']
      expect(await Parallel({ execArgv })([delayed(() => process.execArgv.includes('--conditions=joblet-test'))()])).toEqual([true])
    })

    test('an initializer runs once in each', async () => {
      const initializer = () => ({ runs: 0 })
      const count = () => [whoAmI(), ++(taskContext().state as { runs: number }).runs] as const
      const answers = await Parallel({ initializer })(range(20).map(() => delayed(count)()))
      for (const who of new Set(answers.map(([name]) => name))) {
        const counts = answers.filter(([name]) => name === who).map(([, runs]) => runs)
        expect(counts.toSorted((a, b) => a - b)).toEqual(range(counts.length).map((i) => i + 1))
      }
    })
  })

  describe('close()', () => {
    test('ends the workers', async () => {
      const runner = Parallel(fresh({ nJobs: 2 }))
      const before = await whoWorks(runner)
      await runner.close()
      for (const who of before) if (name === 'processes') expect(isAlive(Number.parseInt(String(who), 10))).toBe(false)
      for (const who of await whoWorks(runner)) expect(before).not.toContain(who)
    })

    test('leaves workers alone that another runner holds', async () => {
      const options = fresh({ nJobs: 1 })
      const [one, other] = [Parallel(options), Parallel(options)]
      const before = [await whoWorks(one), await whoWorks(other)]
      await one.close()
      expect(await whoWorks(other)).toEqual(before[0])
      await other.close()
      expect(await whoWorks(other)).not.toEqual(before[0])
    })

    test('is what `await using` calls', async () => {
      const runner = Parallel(fresh({ nJobs: 1 }))
      const before = await whoWorks(runner)
      await runner[Symbol.asyncDispose]()
      expect(await whoWorks(runner)).not.toEqual(before)
    })

    test.runIf(name === 'threads')('ends what tasks left running', async () => {
      const ticks = new Int32Array(new SharedArrayBuffer(4))
      const tick = (cell: Int32Array) => void setInterval(() => Atomics.add(cell, 0, 1), 5)
      const runner = Parallel(fresh({ nJobs: 1 }))
      await runner([delayed(tick)(ticks)])
      await expect.poll(() => ticks[0]).toBeGreaterThan(2)
      await runner.close()
      const ended = ticks[0] ?? 0
      expect(await quiet(() => ticks[0] ?? 0)).toBe(ended)
    })
  })

  test.runIf(name === 'threads')('an abort stops a task that never looks up', async () => {
    const ticks = new Int32Array(new SharedArrayBuffer(4))
    const spin = (cell: Int32Array) => {
      for (;;) Atomics.add(cell, 0, 1)
    }
    const controller = new AbortController()
    const run = Parallel({ signal: controller.signal })([delayed(spin)(ticks)])
    await expect.poll(() => ticks[0]).not.toBe(0)
    controller.abort('enough')
    await expect(run).rejects.toBe('enough')
    await quiet(() => ticks[0] ?? 0)
  })

  test('a run with one task starts one worker, not nJobs', async () => {
    const options = fresh({ nJobs: 4 })
    await Parallel(options)([delayed(square)(1)])
    expect(await whoWorks(Parallel({ ...options, nJobs: 1 }))).toHaveLength(1)
  })
}
