/** What becomes of a run when a worker dies, hangs, or is given what cannot travel: that task fails, and nothing else. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { existsSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { delayed, ShippingError, taskContext, WorkerCrashError } from 'joblet'
import { describe, expect, test } from 'vitest'
import { eatMemory, loopForEver, square } from '../fixtures/core/tasks.mjs'
import { temporaryFolder } from '../support/temporary.js'
import { badEnds, badEndsOfProcesses } from './ends.js'
import { brief, range, rejectionOf, type Subject, tally } from './subject.js'

const others = 100
const guilty = 50

/** 101 tasks, one of which is `bad`; the others give their squares. */
const withOne = (bad: () => unknown) =>
  range(others + 1).map((i) => delayed((x: number, end: () => unknown) => (x === 50 ? end() : x * x))(i, i === guilty ? bad : Math.random))

export function crashesContract({ name, Parallel }: Subject): void {
  const ends = name === 'processes' ? [...badEnds, ...badEndsOfProcesses] : badEnds

  describe.each(ends)('a task that ends in $title', ({ bad, kind, type, like, options }) => {
    test('fails, the others finish, and the pool works on', async () => {
      const runner = Parallel({ ...options, onError: 'collect' })
      const outcomes = await runner(withOne(bad))
      expect(tally(outcomes)).toEqual({ value: others, [kind]: 1 })
      const failure = outcomes[guilty]
      expect(failure).toMatchObject({ left: { kind, index: guilty, attempts: 1, error: like } })
      expect(failure?._tag === 'Left' && failure.left.error).toBeInstanceOf(type)
      expect(tally(await runner(range(50).map((i) => delayed(square)(i))))).toEqual({ value: 50 })
    })

    // 0.1 to 0.9 s on two cores that others use too; a machine that is swamped gets another try at the time, and only at that.
    test('holds its run up for two seconds at most, beside its timeout', { retry: 2 }, async () => {
      const begun = performance.now()
      await Parallel({ ...options, onError: 'collect' })(withOne(bad))
      expect(performance.now() - begun).toBeLessThan(2_000 + ('timeout' in options ? 300 : 0))
    })

    test('rejects the run with the same error', async () => {
      const error = await rejectionOf(Parallel(options)(withOne(bad)))
      expect(error).toBeInstanceOf(type)
      expect(error).toMatchObject(like)
    })
  })

  describe('an argument that cannot be sent', () => {
    test.each([
      ['a promise', Promise.resolve(1)],
      ['a socket', new Socket()],
      [
        'a generator',
        (function* () {
          yield 1
        })(),
      ],
      ['a record with one deep inside', { a: [{ b: new WeakRef({}) }] }],
    ])('fails its task alone: %s', async (_, argument) => {
      const tasks = range(others + 1).map((i) => delayed((x: unknown) => typeof x)(i === guilty ? argument : i))
      const outcomes = await Parallel({ onError: 'collect' })(tasks)
      expect(tally(outcomes)).toEqual({ value: others, unsendable: 1 })
      expect(outcomes[guilty]).toMatchObject({ left: { index: guilty, attempts: 0 } })
    })

    test('rejects the run with a ShippingError that names the way to it', async () => {
      const error = await rejectionOf(Parallel()([delayed((x: unknown) => x)({ deep: { weak: new WeakRef({}) } })]))
      expect(error).toBeInstanceOf(ShippingError)
      expect((error as Error).message).toMatch(/deep.*weak/)
    })
  })

  describe('a crash inside a batch', () => {
    test('is blamed on the task that was running; the rest of the batch finishes', async () => {
      const outcomes = await Parallel({ onError: 'collect', batchSize: 40 })(
        range(40).map((i) => delayed((x: number) => (x === 23 ? process.exit(5) : x))(i)),
      )
      expect(brief(outcomes)).toEqual(range(40).map((i) => (i === 23 ? 'crashed' : i)))
      expect(outcomes[23]).toMatchObject({ left: { error: { exitCode: 5, code: 'ERR_WORKER_CRASH' } } })
    })

    test('is blamed on each that is guilty', async () => {
      const bad = [0, 7, 8, 39]
      const outcomes = await Parallel({ onError: 'collect', batchSize: 40 })(
        range(40).map((i) => delayed((x: number, b: number[]) => (b.includes(x) ? process.exit(1) : x))(i, bad)),
      )
      expect(brief(outcomes)).toEqual(range(40).map((i) => (bad.includes(i) ? 'crashed' : i)))
    })

    test('leaves batches of other runs alone', async () => {
      const crashing = Parallel({ onError: 'collect', batchSize: 5 })(
        range(20).map((i) => delayed((x: number) => (x === 7 ? process.exit(1) : x))(i)),
      )
      const other = Parallel({ batchSize: 5 })(range(200).map((i) => delayed(square)(i)))
      expect(await other).toEqual(range(200).map(square))
      expect(tally(await crashing)).toEqual({ value: 19, crashed: 1 })
    })

    test('and a timeout inside a batch keep what was finished', async () => {
      const slow = (x: number) => (x === 11 ? loopForEver() : x)
      const outcomes = await Parallel({ onError: 'collect', batchSize: 20, timeout: 200 })(range(20).map((i) => delayed(slow)(i)))
      expect(brief(outcomes)).toEqual(range(20).map((i) => (i === 11 ? 'timed-out' : i)))
    })
  })

  describe('retries', () => {
    const crashUntil = (attempt: number) => (taskContext().attempt < attempt ? process.exit(3) : taskContext().attempt)

    test('run a task again that crashed its worker', async () => {
      expect(await Parallel({ retries: 2 })([delayed(crashUntil)(3), delayed(crashUntil)(1), delayed(crashUntil)(2)])).toEqual([3, 1, 2])
    })

    test('end with a failure that counts the attempts', async () => {
      const [outcome] = await Parallel({ onError: 'collect', retries: 2 })([delayed(crashUntil)(9)])
      expect(outcome).toMatchObject({ left: { kind: 'crashed', attempts: 3 } })
    })

    test('of a task replace those of the run', async () => {
      const tasks = [delayed(crashUntil, { retries: 0 })(2), delayed(crashUntil, { retries: 3 })(4), delayed(crashUntil)(2)]
      expect(brief(await Parallel({ onError: 'collect', retries: 1 })(tasks))).toEqual(['crashed', 4, 2])
    })

    test('do not run a task again that threw or ran too long', async () => {
      const tasks = [
        delayed(() => {
          throw new Error('once')
        })(),
        delayed(loopForEver, { timeout: 100 })(),
      ]
      const outcomes = await Parallel({ onError: 'collect', retries: 3 })(tasks)
      expect(outcomes).toMatchObject([{ left: { kind: 'thrown', attempts: 1 } }, { left: { kind: 'timed-out', attempts: 1 } }])
    })
  })

  test('a task that ends its worker has crashed, although its timeout passes before the worker has ended', async () => {
    const exitSlowly = () => {
      process.once('exit', () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000))
      process.exit(6)
    }
    const [outcome] = await Parallel({ nJobs: 1, timeout: 400, onError: 'collect' })([delayed(exitSlowly)()])
    expect(outcome).toMatchObject({ left: { kind: 'crashed', error: { exitCode: 6 } } })
  })

  test('a task that throws at once in a fresh worker has thrown, however short its timeout', async () => {
    const runner = Parallel({ nJobs: 1, timeout: 15, onError: 'collect', env: { JOBLET_TEST_POOL: 'throws' } })
    await runner([delayed(square)(2)])
    expect(brief(await runner([delayed(() => Promise.reject(new Error('at once')))()]))).toEqual(['thrown'])
  })

  test('an initializer that ends the worker rejects the run once, and starts no worker again and again', async () => {
    const error = await rejectionOf(
      Parallel({ initializer: () => process.exit(4), onError: 'collect' })(range(4).map((i) => delayed(square)(i))),
    )
    expect(error).toBeInstanceOf(WorkerCrashError)
    expect(error).toMatchObject({ exitCode: 4 })
  })

  describe('a start that fails rejects the run, and is not tried again and again', () => {
    const failingStarts: [string, () => unknown, object][] = [
      [
        'an error in a timer',
        () => new Promise(() => void setTimeout(() => Promise.reject(new Error('from a timer')), 1)),
        { exitCode: 1 },
      ],
      ...(name === 'threads' ? [] : [['process.abort()', () => process.abort(), { signal: 'SIGABRT' }] as [string, () => unknown, object]]),
    ]
    test.each(failingStarts)('%s in the initializer', async (_, initializer, like) => {
      const workers = countWorkers()
      const error = await rejectionOf(Parallel({ initializer })(range(4).map((i) => delayed(square)(i))))
      workers.stop()
      expect(error).toBeInstanceOf(WorkerCrashError)
      expect(error).toMatchObject(like)
      // Two are started at a time, and tinypool puts another thread in the place of one that failed.
      expect(workers.count()).toBeLessThanOrEqual(4)
    })

    test('for want of memory, and leaves no worker', async () => {
      const options = { initializer: eatMemory, resourceLimits: { maxOldGenerationSizeMb: 32 } }
      const error = await rejectionOf(Parallel(options)(range(4).map((i) => delayed(square)(i))))
      expect(error).toBeInstanceOf(WorkerCrashError)
    })
  })

  test.runIf(name === 'processes')('a task that sends what looks like ours costs nobody but itself', async () => {
    const forged = [
      null,
      5,
      { type: 'reply' },
      { type: 'reply', batch: 1, from: 0, count: 1, values: null, failures: [], busyMs: 0, loadMs: 0, done: true },
    ]
    const send = async (x: number, plain: unknown) => {
      if (x === 1) process.send?.({ joblet: { plain } })
      return x
    }
    for (const plain of forged) {
      const outcomes = await Parallel({ onError: 'collect' })(range(4).map((i) => delayed(send)(i, plain)))
      for (const [i, end] of brief(outcomes).entries()) expect(i === 1 ? [1, 'crashed'] : [i]).toContain(end)
    }
  })

  test('a worker that a former task keeps busy for ever is replaced, where tasks have a timeout', async () => {
    const flag = join(temporaryFolder(), 'loops')
    const runner = Parallel({ nJobs: 1, timeout: 300, env: { JOBLET_TEST_POOL: 'loops' } })
    const loopLater = (file: string) =>
      void setTimeout(() => {
        writeFileSync(file, '')
        for (;;);
      }, 20)
    await runner([delayed(loopLater)(flag)])
    await expect.poll(() => existsSync(flag), { timeout: 10_000 }).toBe(true)
    expect(await runner(range(4).map((i) => delayed(square)(i)))).toEqual([0, 1, 4, 9])
  })
}

/** Counts threads and processes as they start. */
function countWorkers() {
  let count = 0
  const add = () => void count++
  process.on('worker', add)
  subscribe('child_process', add)
  const stop = () => {
    process.off('worker', add)
    unsubscribe('child_process', add)
  }
  return { count: () => count, stop }
}
