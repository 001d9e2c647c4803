/** What is told of a run, for whoever wonders what it does and why it is slow. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type DiagnosticsMessage, delayed, taskContext } from 'joblet'
import { describe, expect, test } from 'vitest'
import { busy, square } from '../fixtures/core/tasks.mjs'
import { range, readAll, type Subject } from './subject.js'

/** The message of the first warning of ours. */
const nextWarning = (): Promise<string> =>
  new Promise((resolve) => {
    const hear = ({ name, message }: Error) => {
      if (name !== 'JobletWarning') return
      process.off('warning', hear)
      resolve(message)
    }
    process.on('warning', hear)
  })

/** What `joblet:<type>` tells while `act` runs. */
async function toldDuring(types: readonly DiagnosticsMessage['type'][], act: () => Promise<unknown>): Promise<DiagnosticsMessage[]> {
  const told: DiagnosticsMessage[] = []
  const hear = (message: unknown) => void told.push(message as DiagnosticsMessage)
  for (const type of types) subscribe(`joblet:${type}`, hear)
  await act()
  for (const type of types) unsubscribe(`joblet:${type}`, hear)
  return told
}

export function diagnosisContract({ name, Parallel }: Subject): void {
  describe('stats', () => {
    test('are zero before the first run, and JSON', () => {
      const stats = Parallel().stats()
      expect(stats).toMatchObject({
        runs: 0,
        isRunning: false,
        nJobs: 2,
        tasks: 0,
        elapsedMs: 0,
        workers: [],
        batches: { count: 0, maxSize: 0 },
      })
      expect(JSON.parse(JSON.stringify(stats))).toEqual(stats)
    })

    test('tell where the time of the last run went', async () => {
      const runner = Parallel({ batchSize: 4, onError: 'collect' })
      await runner(range(10).map((i) => delayed(busy)(10, i)))
      const stats = runner.stats()
      expect(stats).toMatchObject({ runs: 1, isRunning: false, nJobs: 2, tasks: 10, failed: 0, retried: 0, workersLost: 0 })
      expect(stats.runMs).toBeGreaterThanOrEqual(100)
      expect(stats.elapsedMs).toBeGreaterThanOrEqual(50)
      expect(stats.busyShare).toBeCloseTo(stats.runMs / (2 * stats.elapsedMs), 9)
      expect(stats.workers.reduce((sum, { tasks }) => sum + tasks, 0)).toBe(10)
      expect(stats.workers.reduce((sum, { busyMs }) => sum + busyMs, 0)).toBeCloseTo(stats.runMs, 6)
      expect(stats.workers.every(({ busyShare, batches }) => busyShare > 0 && busyShare <= 1 && batches >= 1)).toBe(true)
      expect(stats.batches.count).toBeGreaterThanOrEqual(3)
      expect(stats.batches.maxSize).toBeLessThanOrEqual(4)
      expect(JSON.parse(JSON.stringify(stats))).toEqual(stats)
      await runner([delayed(square)(2)])
      expect(runner.stats()).toMatchObject({ runs: 2, tasks: 1, batches: { count: 1, minSize: 1, medianSize: 1, maxSize: 1 } })
    })

    test('tell of a run that is under way, and keep none of its results', async () => {
      const runner = Parallel({ returnAs: 'generator' })
      const stream = runner(range(50).map((i) => delayed(busy)(2, i)))
      await stream.next()
      expect(runner.stats()).toMatchObject({ runs: 1, isRunning: true })
      expect(runner.stats().tasks).toBeGreaterThan(0)
      await readAll(stream)
      expect(runner.stats()).toMatchObject({ isRunning: false, tasks: 50 })
    })

    test('count what was lost on the way', async () => {
      const runner = Parallel({ retries: 1, batchSize: 1, onError: 'collect' })
      await runner([delayed(() => process.exit(1))(), delayed(square)(2)])
      expect(runner.stats()).toMatchObject({ tasks: 2, failed: 1, retried: 1 })
      expect(runner.stats().workersLost).toBeGreaterThanOrEqual(2)
    })
  })

  describe('diagnostics channels', () => {
    test('tell the story of a run, with its number', async () => {
      const runner = Parallel({ batchSize: 2, nJobs: 1, env: { JOBLET_TEST_POOL: 'story' } })
      const told = await toldDuring(
        ['run-started', 'worker-started', 'batch-sent', 'batch-assigned', 'task-settled', 'input-ended', 'run-settled'],
        () => runner(range(3).map((i) => delayed(square)(i))),
      )
      expect(new Set(told.map(({ run }) => run)).size).toBe(1)
      expect(told.find(({ type }) => type === 'worker-started')).toMatchObject({
        worker: 1,
        bootMs: expect.any(Number) as number,
        [name === 'threads' ? 'threadId' : 'pid']: expect.any(Number) as number,
      })
      expect(told.map(({ type }) => type).filter((type) => type !== 'worker-started' && type !== 'input-ended')).toEqual([
        'run-started',
        'batch-sent',
        'batch-sent',
        'batch-assigned',
        'task-settled',
        'task-settled',
        'batch-assigned',
        'task-settled',
        'run-settled',
      ])
    })

    test('tell which worker was lost, how, and what runs again', async () => {
      const told = await toldDuring(['worker-lost', 'task-retried'], () =>
        Parallel({ retries: 1, onError: 'collect', batchSize: 1 })([delayed(() => process.exit(6))()]),
      )
      expect(told).toContainEqual(expect.objectContaining({ type: 'task-retried', index: 0, attempt: 2 }))
      const lost = told.filter(({ type }) => type === 'worker-lost')
      expect(lost.length).toBeGreaterThanOrEqual(1)
      expect(lost.every((event) => event.type === 'worker-lost' && event.exitCode === 6 && (event.worker ?? 0) >= 1)).toBe(true)
    })
  })

  describe('stallMs', () => {
    test('when nothing moves, a warning says which task runs, on which worker, and what to do', async () => {
      // Its worker is warm.
      await Parallel({ nJobs: 1 })([delayed(square)(1)])
      const warning = nextWarning()
      const controller = new AbortController()
      const run = Parallel({ stallMs: 200, nJobs: 1, signal: controller.signal, onError: 'collect' })([
        delayed(() => new Promise<void>(() => undefined), { label: 'stuck' })(),
      ])
      expect(await warning).toMatch(
        /^nothing has moved in run \d+ for 0\.2 s; task 0 \(stuck\) runs on worker \d+ since \d\.\d s\. .*`timeout`.*JOBLET_DEBUG=1/,
      )
      controller.abort()
      await run
    })

    test('a task that reports its progress has moved', async () => {
      const warnings: string[] = []
      const hear = ({ name, message }: Error) => void (name === 'JobletWarning' && warnings.push(message))
      process.on('warning', hear)
      const slowly = async () => {
        for (let part = 0; part < 40; part++) {
          taskContext().reportProgress(part / 40)
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
      }
      await Parallel({ stallMs: 1_000, nJobs: 1 })([delayed(slowly)()])
      process.off('warning', hear)
      expect(warnings).toEqual([])
    })

    test('of a batch, it names the task that runs', async () => {
      await Parallel({ nJobs: 1 })([delayed(square)(1)])
      const warning = nextWarning()
      const controller = new AbortController()
      const stuckAt = (i: number) => (i === 5 ? new Promise<void>(() => undefined) : undefined)
      const run = Parallel({ stallMs: 300, nJobs: 1, batchSize: 9, signal: controller.signal, onError: 'collect' })(
        range(9).map((i) => delayed(stuckAt)(i)),
      )
      // A process does not tell which of the calls it is that runs.
      expect(await warning).toMatch(name === 'threads' ? /; task 5 runs/ : /; one of tasks \d to 8 runs/)
      controller.abort()
      await run
    })

    test('a reader or an input that takes its time is told of as such, and nobody is warned', async () => {
      // Its workers are warm, and a second is more than one task takes on a busy machine.
      await Parallel()(range(2).map((i) => delayed(square)(i)))
      const warnings: string[] = []
      const hear = ({ name, message }: Error) => void (name === 'JobletWarning' && warnings.push(message))
      process.on('warning', hear)
      let told: () => void = () => undefined
      const stalled = () => new Promise<void>((resolve) => (told = resolve))
      const waits: string[] = []
      const note = (message: unknown) => {
        waits.push((message as { waitingFor: string }).waitingFor)
        told()
      }
      subscribe('joblet:stalled', note)
      const first = stalled()
      const stream = Parallel({ stallMs: 1_000, returnAs: 'generator', preDispatch: 1, batchSize: 1 })(
        range(9).map((i) => delayed(square)(i)),
      )
      await first
      await stream.return(undefined)
      const second = stalled()
      let open: () => void = () => undefined
      async function* slowly() {
        await new Promise<void>((resolve) => (open = resolve))
        yield delayed(square)(2)
      }
      const run = Parallel({ stallMs: 1_000 })(slowly())
      await second
      open()
      expect(await run).toEqual([4])
      unsubscribe('joblet:stalled', note)
      process.off('warning', hear)
      expect([waits, warnings]).toEqual([['consumer', 'input'], []])
    })
  })
}
