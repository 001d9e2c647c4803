/** What comes of tasks that fail. */
import { delayed, failureOf, unwrap } from 'joblet'
import { describe, expect, test } from 'vitest'
import { square } from '../fixtures/core/tasks.mjs'
import { brief, range, readAll, rejectionOf, type Subject } from './subject.js'
import { sameThrown, thrownValues } from './thrown.js'

const failAt = (place: number) => (x: number) => {
  if (x === place) throw new RangeError(`no ${x}`)
  return x
}

export function failuresContract({ Parallel, hasWorkers }: Subject): void {
  describe('a thrown value', () => {
    test.each(thrownValues)('comes back as itself: $title', async ({ make }) => {
      const thrown = make()
      const caught = await rejectionOf(
        Parallel()([
          delayed(() => {
            throw thrown
          })(),
        ]),
      )
      if (!hasWorkers) expect(caught).toBe(thrown)
      sameThrown(caught, thrown)
    })

    test.each(thrownValues)('comes back as itself from an async task, as an outcome: $title', async ({ make }) => {
      const thrown = make()
      const outcomes = await Parallel({ onError: 'collect' })([
        delayed(async () => {
          throw thrown
        })(),
        delayed(square)(2),
      ])
      expect(brief(outcomes)).toEqual(['thrown', 4])
      const [first] = outcomes
      sameThrown(first?._tag === 'Left' ? first.left.error : 'a value', thrown)
    })

    test('has the stack of where it was thrown', async () => {
      function innermost(): never {
        throw new Error('deep')
      }
      const error = (await rejectionOf(Parallel()([delayed(() => innermost())()]))) as Error
      expect(error.stack).toContain('innermost')
    })
  })

  describe('with onError throw', () => {
    test('the run rejects, and failureOf names the task', async () => {
      const error = await rejectionOf(Parallel()(range(10).map((i) => delayed(failAt(5), { label: `item ${i}` })(i))))
      expect(error).toBeInstanceOf(RangeError)
      expect(failureOf(error)).toMatchObject({ kind: 'thrown', index: 5, label: 'item 5', attempts: 1, error })
    })

    test('failureOf gives what the other tasks had come to', async () => {
      const error = await rejectionOf(Parallel({ batchSize: 10 })(range(10).map((i) => delayed(failAt(5))(i))))
      const { outcomes = [] } = failureOf(error) ?? {}
      expect(outcomes.slice(0, 5)).toEqual(range(5).map((i) => ({ _tag: 'Right', right: i })))
      expect(outcomes[5]).toMatchObject({ _tag: 'Left', left: { index: 5, error } })
      expect(outcomes.length).toBeLessThanOrEqual(10)
    })

    test('failureOf knows nothing of an error that no run rejected with', () => {
      expect(failureOf(new Error('a stranger'))).toBeUndefined()
    })

    test('no task is started any more', async () => {
      let pulled = 0
      function* input() {
        for (pulled = 0; pulled < 100_000; pulled++) yield delayed(failAt(0))(pulled)
      }
      await rejectionOf(Parallel({ batchSize: 1 })(input()))
      expect(pulled).toBeLessThan(1_000)
    })

    test.each(['generator', 'generator_unordered'] as const)('a %s rejects with the failure of its last task', async (returnAs) => {
      const { values, error } = await readAll(Parallel({ returnAs })(range(3).map((i) => delayed(failAt(2))(i))))
      // As they finish: the failure may come first.
      if (returnAs === 'generator') expect(values).toEqual([0, 1])
      expect(error).toEqual(new RangeError('no 2'))
      expect(failureOf(error)).toMatchObject({ index: 2 })
    })

    test('an ordered stream yields what lies before the failure, and only that', async () => {
      const late = (x: number) =>
        x === 3 ? Promise.reject(new RangeError('no 3')) : new Promise<number>((resolve) => setTimeout(resolve, 30, x))
      const { values, error } = await readAll(
        Parallel({ returnAs: 'generator', nJobs: 4, batchSize: 1 })(range(8).map((i) => delayed(late)(i))),
      )
      expect(values).toEqual([0, 1, 2])
      expect(error).toEqual(new RangeError('no 3'))
    })

    test('a stream that has failed is at its end', async () => {
      const stream = Parallel({ returnAs: 'generator' })([delayed(failAt(0))(0), delayed(failAt(0))(1)])
      await rejectionOf(stream.next())
      expect(await stream.next()).toEqual({ done: true, value: undefined })
    })
  })

  describe('with onError collect', () => {
    test('every task has an outcome, in order', async () => {
      const outcomes = await Parallel({ onError: 'collect' })(range(10).map((i) => delayed(failAt(5))(i)))
      expect(brief(outcomes)).toEqual([0, 1, 2, 3, 4, 'thrown', 6, 7, 8, 9])
      expect(outcomes[5]).toMatchObject({ left: { kind: 'thrown', index: 5, attempts: 1 } })
    })

    test('all tasks may fail', async () => {
      const outcomes = await Parallel({ onError: 'collect', batchSize: 7 })(
        range(50).map((i) => delayed((x: number) => Promise.reject(x))(i)),
      )
      expect(outcomes.map((outcome) => outcome._tag === 'Left' && [outcome.left.index, outcome.left.error])).toEqual(
        range(50).map((i) => [i, i]),
      )
    })

    test.each(['generator', 'generator_unordered'] as const)('a %s yields outcomes', async (returnAs) => {
      const { values } = await readAll(Parallel({ onError: 'collect', returnAs })(range(6).map((i) => delayed(failAt(5))(i))))
      expect(brief(values).toSorted()).toEqual([0, 1, 2, 3, 4, 'thrown'])
    })

    test('unwrap gives the value or throws the error', async () => {
      const [good, bad] = await Parallel({ onError: 'collect' })([delayed(failAt(1))(0), delayed(failAt(1))(1)])
      expect(unwrap(good)).toBe(0)
      expect(() => unwrap(bad)).toThrow(new RangeError('no 1'))
    })

    test('a failure carries the label of its task', async () => {
      const [outcome] = await Parallel({ onError: 'collect' })([delayed(failAt(0), { label: 'the first' })(0)])
      expect(outcome).toMatchObject({ left: { label: 'the first' } })
    })
  })
}
