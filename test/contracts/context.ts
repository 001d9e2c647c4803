/** What a task may ask about where it runs, and what was prepared for it there. */
import { delayed, Parallel as plainParallel, taskContext } from 'joblet'
import { describe, expect, test } from 'vitest'
import { square } from '../fixtures/core/tasks.mjs'
import { range, rejectionOf, type Subject } from './subject.js'

export function contextContract({ Parallel, hasWorkers }: Subject): void {
  describe('taskContext', () => {
    test('names the index, the attempt and the worker of a task', async () => {
      const contexts = await Parallel({ batchSize: 3 })(range(8).map(() => delayed(() => ({ ...taskContext() }))()))
      expect(contexts.map(({ index }) => index)).toEqual(range(8))
      expect(contexts.every(({ attempt, workerId }) => attempt === 1 && (hasWorkers ? workerId >= 1 : workerId === 0))).toBe(true)
    })

    test('still names the task after it has waited, while other runs go on', async () => {
      const indexLater = async (ms: number) => {
        await new Promise((resolve) => setTimeout(resolve, ms))
        return taskContext().index
      }
      const runs = [
        [11, 12, 13, 14],
        [2, 9, 4, 20],
      ].map((waits) => Parallel()(waits.map((ms) => delayed(indexLater)(ms))))
      expect(await Promise.all(runs)).toEqual([range(4), range(4)])
    })

    test('names the task of the run that is innermost', async () => {
      const nested = async () => {
        const indexLater = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)).then(() => taskContext().index)
        const inner = await Promise.all(
          [
            [5, 1],
            [1, 7],
          ].map((waits) => plainParallel({ backend: 'sequential' })(waits.map((ms) => delayed(indexLater)(ms)))),
        )
        return [inner, taskContext().index]
      }
      expect(await Parallel()([delayed(square)(0), delayed(nested)()])).toEqual([
        0,
        [
          [
            [0, 1],
            [0, 1],
          ],
          1,
        ],
      ])
    })

    test('throws outside of a task', () => {
      expect(() => taskContext()).toThrow('no task is running here')
    })
  })

  describe('initializer', () => {
    test('prepares what every task finds as its state', async () => {
      const initializer = async () => ({ greeting: 'hello' })
      const greet = (who: string) => `${(taskContext().state as { greeting: string }).greeting} ${who}`
      expect(await Parallel({ initializer }).map(['you', 'me'], greet)).toEqual(['hello you', 'hello me'])
    })

    test.each([
      [
        'throws',
        () => {
          throw new TypeError('cannot prepare')
        },
      ],
      ['rejects', () => Promise.reject(new TypeError('cannot prepare'))],
    ])('that %s rejects the run with its error, under collect too', async (_, initializer) => {
      for (const onError of ['throw', 'collect'] as const) {
        expect(await rejectionOf(Parallel({ initializer, onError })(range(4).map((i) => delayed(square)(i))))).toEqual(
          new TypeError('cannot prepare'),
        )
      }
    })
  })
}
