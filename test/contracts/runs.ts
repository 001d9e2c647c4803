/** Runs beside and within one another, and what they tell of their progress. */
import { delayed, type Progress, Parallel as plainParallel } from 'joblet'
import { describe, expect, test } from 'vitest'
import { square } from '../fixtures/core/tasks.mjs'
import { range, readAll, rejectionOf, type Subject } from './subject.js'

const sleeper = (ms: number) => new Promise<string>((resolve) => setTimeout(resolve, ms, 'late'))

export function runsContract({ Parallel }: Subject): void {
  describe('onProgress', () => {
    test('is called once a task, and for the last time before the run resolves', async () => {
      const steps: Progress[] = []
      await Parallel({ onProgress: (progress) => steps.push(progress) })(range(30).map((i) => delayed(square)(i)))
      expect(steps.map(({ done }) => done)).toEqual(range(30).map((i) => i + 1))
      expect(steps.every(({ failed, total }) => failed === 0 && total === 30)).toBe(true)
      expect(steps.at(-1)).toMatchObject({ done: 30, etaMs: 0 })
    })

    test('counts failures', async () => {
      const steps: Progress[] = []
      const odd = (x: number) => (x % 2 === 1 ? Promise.reject(x) : x)
      await Parallel({ onError: 'collect', onProgress: (progress) => steps.push(progress) })(range(10).map((i) => delayed(odd)(i)))
      expect(steps.at(-1)).toMatchObject({ done: 10, failed: 5 })
    })

    test('learns the total of a generator no earlier than at its end', async () => {
      const steps: Progress[] = []
      function* input() {
        for (const i of range(50)) yield delayed(square)(i)
      }
      await Parallel({ preDispatch: 2, batchSize: 1, onProgress: (progress) => steps.push(progress) })(input())
      expect(steps.slice(0, 40).map(({ total }) => total)).toEqual(range(40).map(() => undefined))
      for (const { total } of steps) expect([undefined, 50]).toContain(total)
    })

    test('that throws rejects the run with its error', async () => {
      const error = new Error('no more progress')
      const onProgress = ({ done }: Progress) => {
        if (done === 3) throw error
      }
      expect(await rejectionOf(Parallel({ onProgress })(range(10).map((i) => delayed(square)(i))))).toBe(error)
      expect((await readAll(Parallel({ onProgress, returnAs: 'generator' })(range(10).map((i) => delayed(square)(i))))).error).toBe(error)
    })
  })

  describe('runs', () => {
    test('may overlap on one runner', async () => {
      const runner = Parallel()
      const runs = range(4).map((k) => runner(range(50).map((i) => delayed((x: number, y: number) => x * y)(i, k))))
      expect(await Promise.all(runs)).toEqual(range(4).map((k) => range(50).map((i) => i * k)))
    })

    test('may overlap on two runners with equal options', async () => {
      const runs = [10, 20].map((add) => Parallel()(range(50).map((i) => delayed((x: number) => x + add)(i))))
      expect(await Promise.all(runs)).toEqual([range(50).map((i) => i + 10), range(50).map((i) => i + 20)])
    })

    test('fail alone', async () => {
      const runner = Parallel()
      const failing = runner(range(50).map((i) => delayed((x: number) => (x === 20 ? Promise.reject('this one') : x))(i)))
      const other = runner(range(50).map((i) => delayed(square)(i)))
      expect(await rejectionOf(failing)).toBe('this one')
      expect(await other).toEqual(range(50).map(square))
    })

    test('may run within tasks', async () => {
      const outer = async (x: number) => plainParallel()(([1, 2] as number[]).map((y) => delayed((a: number, b: number) => a * b)(x, y)))
      expect(await Parallel()([3, 4].map((x) => delayed(outer)(x)))).toEqual([
        [3, 6],
        [4, 8],
      ])
    })

    test('may run within tasks on workers of their own', async () => {
      const outer = async (x: number) => {
        const inner = plainParallel({ nJobs: 2, backend: 'threads' })
        const values = await inner([1, 2].map((y) => delayed((a: number, b: number) => a * b)(x, y)))
        await inner.close()
        return values
      }
      expect(await Parallel()([3, 4].map((x) => delayed(outer)(x)))).toEqual([
        [3, 6],
        [4, 8],
      ])
    })

    test('after close() work again', async () => {
      const runner = Parallel()
      expect(await runner([delayed(square)(2)])).toEqual([4])
      await runner.close()
      await runner.close()
      expect(await runner([delayed(square)(3)])).toEqual([9])
    })

    test('that go on are awaited by close()', async () => {
      const runner = Parallel()
      let ended = false
      const run = runner([delayed(sleeper)(50)]).then(() => (ended = true))
      await runner.close()
      await run
      expect(ended).toBe(true)
    })
  })
}
