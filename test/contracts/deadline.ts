/** A run that takes longer than it may. */
import { DeadlineError, delayed, failureOf } from 'joblet'
import { beforeEach, describe, expect, test } from 'vitest'
import { busy, interval, square } from '../fixtures/core/tasks.mjs'
import { brief, range, readAll, rejectionOf, type Subject } from './subject.js'

const long = 60_000

export function deadlineContract({ Parallel }: Subject): void {
  describe('deadline', () => {
    // What a run does before its deadline is no matter of how long a worker takes to start.
    beforeEach(() => Parallel()([delayed(square)(1)]))

    test('that passes rejects the run with an error that says how far it had come', async () => {
      const error = await rejectionOf(Parallel({ deadline: 800, batchSize: 1 })([delayed(square)(3), delayed(interval)(long)]))
      expect(error).toBeInstanceOf(DeadlineError)
      expect(error).toMatchObject({ code: 'ERR_DEADLINE', deadlineMs: 800, done: 1, total: 2 })
      expect((error as Error).message).toContain('1 of 2 tasks were done')
      expect(failureOf(error)).toMatchObject({ kind: 'cancelled', index: 1, outcomes: [{ right: 9 }] })
    })

    test('keeps what is done where outcomes are collected, and cancels the rest', async () => {
      const options = { deadline: 800, batchSize: 1, onError: 'collect' } as const
      const outcomes = await Parallel(options)([delayed(square)(3), delayed(interval)(long), delayed(interval)(long)])
      expect(outcomes[0]).toMatchObject({ right: 9 })
      expect(outcomes.length).toBeGreaterThan(1)
      for (const outcome of outcomes.slice(1))
        expect(outcome).toMatchObject({ left: { kind: 'cancelled', error: { code: 'ERR_DEADLINE' } } })
    })

    test('ends a stream after what is done', async () => {
      const tasks = [delayed(square)(3), delayed(interval)(long)]
      const read = await readAll(Parallel({ deadline: 800, batchSize: 1, returnAs: 'generator' })(tasks))
      expect(read).toMatchObject({ values: [9], error: { code: 'ERR_DEADLINE' } })
      const collecting = Parallel({ deadline: 800, batchSize: 1, returnAs: 'generator_unordered', onError: 'collect' })(tasks)
      expect(brief((await readAll(collecting)).values)).toEqual([9, 'cancelled'])
    })

    test('is seen between tasks that hold their thread', async () => {
      const error = await rejectionOf(Parallel({ nJobs: 1, deadline: 800, batchSize: 1 })(range(200).map((i) => delayed(busy)(50, i))))
      expect(error).toMatchObject({ code: 'ERR_DEADLINE', total: 200 })
      expect((error as DeadlineError).done).toBeLessThan(30)
    })

    test('of an input that goes on says how much was done, not of how much', async () => {
      function* input() {
        for (;;) yield delayed(interval)(5)
      }
      const error = await rejectionOf(Parallel({ deadline: 800 })(input()))
      expect(error).toMatchObject({ code: 'ERR_DEADLINE', total: undefined })
      expect((error as Error).message).toMatch(/: \d+ tasks were done;/)
    })

    test('that does not pass changes nothing', async () => {
      expect(await Parallel({ deadline: long })([delayed(square)(3)])).toEqual([9])
    })
  })
}
