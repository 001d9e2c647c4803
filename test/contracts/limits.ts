/** When a caller ends a run or a task before its time. */
import { delayed, failureOf, TaskTimeoutError } from 'joblet'
import { describe, expect, test } from 'vitest'
import { busy, square } from '../fixtures/core/tasks.mjs'
import { brief, range, readAll, rejectionOf, type Subject } from './subject.js'

const sleeper = (ms: number) => new Promise<string>((resolve) => setTimeout(resolve, ms, 'late'))

export function limitsContract({ Parallel, overlaps }: Subject): void {
  describe('signal', () => {
    test('that is aborted already rejects with its reason, and no task is pulled', async () => {
      let pulled = 0
      function* input() {
        yield delayed(square)(pulled++)
      }
      expect(await rejectionOf(Parallel({ signal: AbortSignal.abort('before') })(input()))).toBe('before')
      expect(pulled).toBe(0)
    })

    test('that is aborted already collects nothing', async () => {
      expect(await Parallel({ signal: AbortSignal.abort('before'), onError: 'collect' })(range(3).map((i) => delayed(square)(i)))).toEqual(
        [],
      )
    })

    test('rejects a running run with its reason', async () => {
      const controller = new AbortController()
      const reason = new Error('enough')
      const onProgress = () => void setImmediate(() => controller.abort(reason))
      const run = Parallel({ signal: controller.signal, onProgress })([delayed(square)(1), delayed(sleeper)(10_000)])
      expect(await rejectionOf(run)).toBe(reason)
      expect(failureOf(reason)).toMatchObject({ kind: 'cancelled', error: reason })
    })

    test('gives the tasks that have not ended cancelled outcomes', async () => {
      const controller = new AbortController()
      const onProgress = () => void setImmediate(() => controller.abort('enough'))
      const options = { signal: controller.signal, onProgress, onError: 'collect', batchSize: 1 } as const
      const outcomes = await Parallel(options)([
        delayed(square)(3),
        delayed(sleeper, { label: 'second' })(10_000),
        delayed(sleeper)(10_000),
      ])
      expect(outcomes[0]).toEqual({ _tag: 'Right', right: 9 })
      for (const outcome of outcomes.slice(1)) expect(outcome).toMatchObject({ left: { kind: 'cancelled', error: 'enough' } })
      if (overlaps) expect(outcomes[1]).toMatchObject({ left: { label: 'second', index: 1 } })
    })

    test('ends a stream: with its reason, or with cancelled outcomes', async () => {
      const controller = new AbortController()
      const tasks = [delayed(square)(3), delayed(sleeper)(10_000)]
      const throwing = Parallel({ signal: controller.signal, returnAs: 'generator' })(tasks)
      const collecting = Parallel({ signal: controller.signal, returnAs: 'generator', onError: 'collect' })(tasks)
      expect([await throwing.next(), await collecting.next()]).toEqual([
        { done: false, value: 9 },
        { done: false, value: { _tag: 'Right', right: 9 } },
      ])
      controller.abort('enough')
      expect(await readAll(throwing)).toEqual({ values: [], error: 'enough' })
      expect(brief((await readAll(collecting)).values)).toEqual(['cancelled'])
    })

    test('that is aborted by a microtask of the input leaves no task without an outcome', async () => {
      const controller = new AbortController()
      function* input() {
        for (const i of range(5)) {
          if (i === 2) queueMicrotask(() => controller.abort('enough'))
          yield delayed(square)(i)
        }
      }
      const outcomes = await Parallel({ signal: controller.signal, onError: 'collect', batchSize: 1 })(input())
      expect(outcomes.length).toBeGreaterThanOrEqual(2)
      for (const kind of brief(outcomes).slice(2)) expect([0, 1, 4, 9, 16, 'cancelled']).toContain(kind)
    })

    test('that is aborted after the end changes nothing', async () => {
      const controller = new AbortController()
      const values = await Parallel({ signal: controller.signal })([delayed(square)(3)])
      controller.abort()
      expect(values).toEqual([9])
    })

    test('ends only the runs that were given it', async () => {
      const controller = new AbortController()
      const runner = Parallel()
      const other = runner(range(20).map((i) => delayed(async (x: number) => x)(i)))
      const aborted = Parallel({ signal: controller.signal })([delayed(sleeper)(10_000)])
      controller.abort('mine')
      expect(await rejectionOf(aborted)).toBe('mine')
      expect(await other).toEqual(range(20))
    })
  })

  describe('timeout', () => {
    test('fails the task that runs too long, and no other', async () => {
      const outcomes = await Parallel({ onError: 'collect', timeout: 60 })([delayed(square)(2), delayed(sleeper)(250), delayed(square)(3)])
      expect(brief(outcomes)).toEqual([4, 'timed-out', 9])
      expect(outcomes[1]).toMatchObject({ left: { index: 1, attempts: 1, error: { code: 'ERR_TIMEOUT', timeoutMs: 60 } } })
    })

    test('rejects the run with a TaskTimeoutError', async () => {
      const error = await rejectionOf(Parallel({ timeout: 60 })([delayed(sleeper, { label: 'nap' })(250)]))
      expect(error).toBeInstanceOf(TaskTimeoutError)
      expect((error as Error).message).toContain('task 0 (nap)')
    })

    test('of a task replaces that of the run', async () => {
      const tasks = [
        delayed(sleeper, { timeout: 60 })(250),
        delayed(sleeper, { timeout: Number.POSITIVE_INFINITY })(250),
        delayed(sleeper)(1),
      ]
      expect(brief(await Parallel({ onError: 'collect', timeout: 150 })(tasks))).toEqual(['timed-out', 'late', 'late'])
    })

    test('counts from the start of a task, not from its batch', async () => {
      const tasks = range(20).map((i) => delayed(busy)(40, i))
      expect(await Parallel({ nJobs: 1, batchSize: 20, timeout: 600 })(tasks)).toEqual(range(20))
    })

    test('that is short counts behind one that is long', async () => {
      const tasks = [delayed(square, { timeout: 20_000 })(2), delayed(sleeper, { timeout: 60 })(400)]
      expect(brief(await Parallel({ onError: 'collect', batchSize: 2 })(tasks))).toEqual([4, 'timed-out'])
    })
  })
}
