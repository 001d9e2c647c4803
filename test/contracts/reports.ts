/** A task tells how far it is, and its program hears of it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { delayed, type Progress, taskContext } from 'joblet'
import { describe, expect, test } from 'vitest'
import { square } from '../fixtures/core/tasks.mjs'
import { brief, range, rejectionOf, type Subject } from './subject.js'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export function reportsContract({ Parallel, hasWorkers }: Subject): void {
  describe('reportProgress', () => {
    /** What `onProgress` heard of tasks, and how often it was called for the end of one. */
    const listener = () => {
      const heard: Progress[] = []
      return { onProgress: (progress: Progress) => void heard.push(progress), told: () => heard.flatMap(({ task }) => task ?? []), heard }
    }

    test('reaches the program through onProgress, before the task has ended', async () => {
      const { onProgress, told, heard } = listener()
      const step = async (ms: number) => {
        const { reportProgress } = taskContext()
        for (const part of [0, 0.5, 'nearly', 1]) {
          reportProgress(part)
          await new Promise((resolve) => setTimeout(resolve, ms))
        }
        return 'done'
      }
      expect(await Parallel({ onProgress })([delayed(step, { label: 'steps' })(60)])).toEqual(['done'])
      const task = { index: 0, label: 'steps' }
      expect(told()).toEqual([
        { ...task, fraction: 0 },
        { ...task, fraction: 0.5 },
        { ...task, message: 'nearly' },
        { ...task, fraction: 1 },
      ])
      expect(heard.map(({ done }) => done)).toEqual([0, 0, 0, 0, 1])
    })

    test('in a tight loop does not flood the program, and its last word arrives', async () => {
      const { onProgress, told } = listener()
      const loop = (times: number) => {
        const { reportProgress } = taskContext()
        for (let i = 1; i <= times; i++) reportProgress(i / times)
      }
      const begun = performance.now()
      await Parallel({ onProgress })([delayed(square)(1), delayed(loop)(200_000)])
      const most = 3 + (performance.now() - begun) / 20
      expect(told().length).toBeLessThan(most)
      expect(told().at(-1)).toEqual({ index: 1, fraction: 1 })
    })

    test('of a task that goes on tells the latest, though it comes soon after another', async () => {
      const { onProgress, told } = listener()
      let release = false
      const twice = async () => {
        const { reportProgress } = taskContext()
        reportProgress(0.1)
        reportProgress(0.2)
        await new Promise((resolve) => setTimeout(resolve, 400))
      }
      const run = Parallel({ onProgress })([delayed(twice)()]).then(() => (release = true))
      await expect.poll(() => told().at(-1)?.fraction, { timeout: 10_000, interval: 2 }).toBe(0.2)
      const early = !release
      await run
      expect(early).toBe(true)
    })

    test.each([Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY, undefined, null, true, 1n])('of %s throws in the task', async (wrong) => {
      const report = (value: unknown) => taskContext().reportProgress(value as number)
      for (const onProgress of [undefined, () => undefined]) {
        const error = await rejectionOf(Parallel({ onProgress })([delayed(report)(wrong)]))
        expect(error).toBeInstanceOf(TypeError)
        expect((error as Error).message).toContain('as progress')
      }
    })

    test('after the end of its task does nothing', async () => {
      const { onProgress, told } = listener()
      const late = () => {
        const { reportProgress } = taskContext()
        setTimeout(() => reportProgress(0.9), 10)
        return 'ended'
      }
      await Parallel({ onProgress, nJobs: 1, batchSize: 1 })([delayed(late)(), delayed(sleep)(100)])
      expect(told()).toEqual([])
    })

    test('into an onProgress that throws rejects the run', async () => {
      const report = async () => {
        taskContext().reportProgress('halfway')
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      const onProgress = ({ task }: Progress) => {
        if (task !== undefined) throw new RangeError('cannot draw')
      }
      expect(await rejectionOf(Parallel({ onProgress })([delayed(report)()]))).toEqual(new RangeError('cannot draw'))
    })

    test('is heard in the flow that started the run, whatever flow the task is in', async () => {
      const flows = new AsyncLocalStorage<string>()
      const seen = new Set<unknown>()
      const onProgress = ({ task }: Progress) => void seen.add([flows.getStore(), task?.message ?? 'end'].join(' '))
      const report = () => taskContext().reportProgress('here')
      const elsewhere = (act: () => void) => flows.run('task', act)
      const task = hasWorkers ? delayed(report)() : delayed(elsewhere)(report)
      await flows.run('run', () => Parallel({ onProgress })([task]))
      expect([...seen]).toEqual(['run here', 'run end'])
    })

    test('names each task of a batch by its own index', async () => {
      const { onProgress, told } = listener()
      const report = (i: number) => taskContext().reportProgress(`task ${i}`)
      await Parallel({ onProgress, batchSize: 10 })(range(10).map((i) => delayed(report)(i)))
      expect(told().toSorted((a, b) => a.index - b.index)).toEqual(range(10).map((index) => ({ index, message: `task ${index}` })))
    })

    test('costs a run that nobody listens to nothing but the call', async () => {
      const report = () => taskContext().reportProgress(1)
      expect(brief(await Parallel({ onError: 'collect' })([delayed(report)()]))).toEqual([undefined])
    })
  })

  describe('what taskContext gives', () => {
    test('is the same however often a task asks, and plain data when it is returned or copied', async () => {
      const ask = () => {
        const [one, other] = [taskContext(), taskContext()]
        return [one === other, { ...one }]
      }
      const [[same, copy], whole] = await Parallel()([delayed(ask)(), delayed(() => taskContext())()])
      expect(same).toBe(true)
      expect(Object.keys(copy as object)).toEqual(['index', 'attempt', 'workerId', 'state'])
      expect({ ...whole }).toMatchObject({ index: 1, attempt: 1 })
    })
  })
}
