/** A task hears that it is to stop, and why. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { delayed, taskContext } from 'joblet'
import { describe, expect, test } from 'vitest'
import { lookLater, secondTime, untilTold } from '../fixtures/core/signals.mjs'
import { square, whoAmI } from '../fixtures/core/tasks.mjs'
import { temporaryFolder } from '../support/temporary.js'
import { brief, rejectionOf, type Subject } from './subject.js'

// A task that listens ends at once; a busy machine may take a while to let it.
const graceMs = 10_000
const patience = { timeout: 15_000, interval: 5 }

/** A file for what tasks see, and its lines so far. Its folder goes with the test: whoever writes to it has to have ended by then. */
function diary() {
  const file = join(temporaryFolder(), 'diary')
  const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [])
  const has = async (start: string) => {
    await expect.poll(() => lines().find((line) => line.startsWith(start)), patience).toBeDefined()
    return lines().find((line) => line.startsWith(start))
  }
  return { file, lines, has }
}

export function signalsContract({ Parallel, overlaps }: Subject): void {
  describe('the signal of a task', () => {
    test.each([
      ['a text', 'enough', 'told enough'],
      ['an error', new RangeError('enough'), 'told RangeError'],
      ['nothing', undefined, 'told AbortError 20'],
    ])('fires with the reason of an abort: %s', async (_, reason, line) => {
      const { file, has } = diary()
      const controller = new AbortController()
      const run = Parallel({ signal: controller.signal, graceMs })([delayed(untilTold)(file)])
      run.catch(() => undefined)
      await has('begun')
      controller.abort(reason)
      await rejectionOf(run)
      expect(await has('told')).toBe(line)
      await has('ended')
    })

    test('fires when its timeout has passed, and a value after that does not count', async () => {
      const { file, has } = diary()
      const outcomes = await Parallel({ onError: 'collect', graceMs })([delayed(untilTold, { timeout: 100 })(file), delayed(square)(3)])
      expect(brief(outcomes)).toEqual(['timed-out', 9])
      expect(await has('told')).toBe('told TaskTimeoutError ERR_TIMEOUT')
      await has('ended')
    })

    test.runIf(overlaps)('fires when another task fails its run', async () => {
      const { file, has } = diary()
      const fail = async (path: string) => {
        const { existsSync: exists } = await import('node:fs')
        while (!exists(path)) await new Promise((resolve) => setTimeout(resolve, 5))
        throw new RangeError('no')
      }
      expect(await rejectionOf(Parallel({ batchSize: 1, graceMs })([delayed(untilTold)(file), delayed(fail)(file)]))).toEqual(
        new RangeError('no'),
      )
      expect(await has('told')).toContain('told AbortError')
      await has('ended')
    })

    test('fires when nobody reads the results of its run any more', async () => {
      const { file, has } = diary()
      const stream = Parallel({ returnAs: 'generator', batchSize: 1, graceMs })([delayed(square)(2), delayed(untilTold)(file)])
      expect(await stream.next()).toEqual({ done: false, value: 4 })
      await has('begun')
      await stream.return(undefined)
      expect(await has('told')).toContain('told AbortError')
      await has('ended')
    })

    test('has fired when a task looks too late', async () => {
      const { file, has } = diary()
      await Parallel({ onError: 'collect', timeout: 50, graceMs })([delayed(lookLater)(file, 150)])
      expect(await has('told')).toBe('told TaskTimeoutError ERR_TIMEOUT')
    })

    test('does not fire for a task that ends in time, and not after its end', async () => {
      const watch = () => {
        const { signal } = taskContext()
        return new Promise((resolve) => setTimeout(() => resolve(signal.aborted), 5))
      }
      expect(await Parallel({ timeout: 10_000 })([delayed(watch)(), delayed(watch)()])).toEqual([false, false])
    })

    test('lets a task that is tried again end before it begins anew', async () => {
      const { file, lines } = diary()
      const options = { timeout: 100, graceMs, retries: { timeout: 1 }, nJobs: 2 }
      expect(await Parallel(options)([delayed(secondTime)(file, 60)])).toEqual(['second'])
      expect(lines().map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
        'begun 1',
        'told TaskTimeoutError',
        'ended 1',
        'begun 2',
      ])
    })
  })
}

/** What becomes of the worker of a task that was told to stop. */
export function graceContract({ name, Parallel }: Subject): void {
  let pools = 0
  /** Workers of one's own, one of them, which count what they do. */
  const one = <Options extends object>(options: Options) => ({
    nJobs: 1,
    initializer: () => ({ tasks: 0 }),
    env: { JOBLET_TEST_GRACE: `${name} ${++pools}` },
    ...options,
  })
  const count = () => [whoAmI(), ++(taskContext().state as { tasks: number }).tasks] as const

  describe('a worker whose task is told to stop', () => {
    test('goes on, with its state, when the task ends in time: after a timeout', async () => {
      const { file } = diary()
      const runner = Parallel(one({ onError: 'collect', graceMs } as const))
      const before = await runner([delayed(count)()])
      expect(brief(await runner([delayed(untilTold, { timeout: 100 })(file, 20)]))).toEqual(['timed-out'])
      const after = await runner([delayed(count)()])
      const who = before[0]?._tag === 'Right' ? before[0].right[0] : undefined
      expect(after).toEqual([{ _tag: 'Right', right: [who, 2] }])
    })

    test('goes on, with its state, when the task ends in time: after an abort', async () => {
      const { file, has } = diary()
      const options = one({ graceMs })
      const [[who]] = await Parallel(options)([delayed(count)()])
      const controller = new AbortController()
      const run = Parallel({ ...options, signal: controller.signal })([delayed(untilTold)(file, 20)])
      run.catch(() => undefined)
      await has('begun')
      controller.abort('enough')
      await rejectionOf(run)
      expect(await Parallel(options)([delayed(count)()])).toEqual([[who, 2]])
    })

    test('is given nothing to do before the task has ended; what was behind that goes on', async () => {
      const { file, lines } = diary()
      const runner = Parallel(one({ onError: 'collect', graceMs, batchSize: 4, timeout: 5_000 } as const))
      const outcomes = await runner([
        delayed(square)(2),
        delayed(untilTold, { timeout: 100 })(file, 150),
        delayed(readFileSync)(file, 'utf8'),
        delayed(square)(3),
      ])
      expect(brief(outcomes)).toEqual([4, 'timed-out', expect.stringContaining('ended 1'), 9])
      expect(lines()).toHaveLength(3)
    })

    test('is ended when the task does not end in time, and not before', async () => {
      const { file, lines } = diary()
      const runner = Parallel(one({ onError: 'collect', graceMs: 200 } as const))
      const before = await runner([delayed(whoAmI)()])
      expect(brief(await runner([delayed(untilTold, { timeout: 100 })(file, 60_000)]))).toEqual(['timed-out'])
      expect(await runner([delayed(whoAmI)()])).not.toEqual(before)
      expect(lines().at(-1)).toContain('told')
    })

    test('is ended at once with a graceMs of 0', async () => {
      const { file, lines } = diary()
      const runner = Parallel(one({ onError: 'collect', graceMs: 0 } as const))
      const before = await runner([delayed(whoAmI)()])
      expect(brief(await runner([delayed(untilTold, { timeout: 100 })(file)]))).toEqual(['timed-out'])
      expect(await runner([delayed(whoAmI)()])).not.toEqual(before)
      expect(lines()).toHaveLength(1)
    })

    test('does not hold up the failure of a task that never looks up', async () => {
      const begun = performance.now()
      const runner = Parallel(one({ graceMs: 12_000, timeout: 100 }))
      const error = await rejectionOf(
        runner([
          delayed(() => {
            for (;;);
          })(),
        ]),
      )
      expect(error).toMatchObject({ code: 'ERR_TIMEOUT' })
      expect(performance.now() - begun).toBeLessThan(11_000)
    })

    test('may still crash, which is nobody else’s failure', async () => {
      const exitWhenTold = () => new Promise(() => taskContext().signal.addEventListener('abort', () => process.exit(7)))
      const runner = Parallel(one({ onError: 'collect', graceMs, batchSize: 3 } as const))
      const tasks = [delayed(square)(2), delayed(exitWhenTold, { timeout: 100 })(), delayed(square)(3)]
      expect(brief(await runner(tasks))).toEqual([4, 'timed-out', 9])
    })
  })
}
