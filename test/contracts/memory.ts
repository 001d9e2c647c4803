/** Workers that may use so much memory and no more. */
import { Worker } from 'node:worker_threads'
import { delayed, OptionError, WorkerCrashError } from 'joblet'
import { describe, expect, test } from 'vitest'
import { hog, keepBuffer, square, whoAmI } from '../fixtures/core/tasks.mjs'
import { brief, range, rejectionOf, type Subject } from './subject.js'

/** Whether Node can ask a thread that is busy. */
const canAsk = 'getHeapStatistics' in Worker.prototype

export function memoryContract({ name, Parallel }: Subject): void {
  describe('maxMemory', () => {
    const isSeenMeanwhile = name === 'processes' ? process.platform === 'linux' : canAsk
    const [limit, tooMuchMb] = name === 'processes' ? (['300M', 500] as const) : (['100M', 300] as const)

    test('a worker that grows from task to task is replaced, and no task notices', async () => {
      const who = await Parallel({ nJobs: 1, maxMemory: limit })(range(60).map(() => delayed(keepBuffer)(10)))
      expect(who).toHaveLength(60)
      expect(new Set(who).size).toBeGreaterThan(2)
    })

    test.runIf(isSeenMeanwhile)('a task that takes too much has crashed, with an error that says so, and the others finish', async () => {
      const tasks = [delayed(square)(2), delayed(hog, { label: 'hog' })(tooMuchMb, 20_000), delayed(square)(3)]
      const outcomes = await Parallel({ maxMemory: limit, onError: 'collect' })(tasks)
      expect(brief(outcomes)).toEqual([4, 'crashed', 9])
      const error = outcomes[1]?._tag === 'Left' ? outcomes[1].left.error : undefined
      expect(error).toBeInstanceOf(WorkerCrashError)
      expect((error as Error).message).toMatch(
        new RegExp(
          `^cannot finish task 1 \\(hog\\): its worker used [\\d.]+ MiB and was ended, since \`maxMemory\` is ${limit.slice(0, -1)}.0 MiB; `,
        ),
      )
    })

    test.runIf(isSeenMeanwhile)('such a task is tried again as one whose worker crashed', async () => {
      const outcomes = await Parallel({ maxMemory: limit, retries: 1, onError: 'collect' })([delayed(hog)(tooMuchMb, 20_000)])
      expect(outcomes).toMatchObject([{ left: { kind: 'crashed', attempts: 2 } }])
    })

    test('that is too little for any task rejects the run, and starts no worker after the other', async () => {
      const error = await rejectionOf(Parallel({ maxMemory: '1M' })([delayed(square)(2)]))
      expect(error).toBeInstanceOf(OptionError)
      expect((error as Error).message).toMatch(
        /`maxMemory` is too little: a worker uses [\d.]+ MiB before its first task, and may use 1\.0 MiB; raise it/,
      )
    })

    test('runs with other limits have other workers', async () => {
      const [one] = await Parallel({ nJobs: 1, maxMemory: '1G' })([delayed(whoAmI)()])
      const [same] = await Parallel({ nJobs: 1, maxMemory: 1024 ** 3 })([delayed(whoAmI)()])
      const [other] = await Parallel({ nJobs: 1, maxMemory: '2G' })([delayed(whoAmI)()])
      expect([same === one, other === one]).toEqual([true, false])
    })
  })
}
