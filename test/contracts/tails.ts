/** No worker has nothing to do while another one has calls that have not begun. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { delayed, type Task, taskContext } from 'joblet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { meet, meetBusily, noteRun } from '../fixtures/core/tasks.mjs'
import { range, readAll, type Subject } from './subject.js'

const double = (n: number): number => 2 * n

/** Who is at work for so many milliseconds. */
function workerOf(ms: number): number {
  const end = ms === 0 ? 0 : performance.now() + ms
  while (ms > 0 && performance.now() < end);
  return taskContext().workerId
}

export function tailsContract({ name, Parallel }: Subject): void {
  describe('the end of a run', () => {
    let folder = ''
    beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'joblet-tails-'))))
    afterAll(() => rmSync(folder, { recursive: true }))

    test.each([
      ['one batch', { batchSize: 400 }],
      ['batches that have grown', {}],
    ])('two tasks that wait for each other meet, though they come behind one another in %s', async (title, options) => {
      const place = join(folder, `${name} ${title}`)
      const tasks = [...range(300).map((i) => delayed(async () => i)()), delayed(meet)(place, 'a', 'b'), delayed(meet)(place, 'b', 'a')]
      expect(await Parallel(options)(tasks)).toEqual([...range(300), 'a', 'b'])
    })

    test('two tasks that wait for each other meet, though calls of their function took next to nothing before', async () => {
      const place = join(folder, `${name} known`)
      const mayMeet = (mine: string, other?: string) => (other === undefined ? mine : meet(place, mine, other))
      const runner = Parallel()
      const both = (task: () => readonly Task<string>[]) => Promise.resolve(runner(task()))
      for (let i = 0; i < 100 && runner.stats().batches.count !== 1; i++) await both(() => [delayed(mayMeet)('a'), delayed(mayMeet)('b')])
      expect(await both(() => [delayed(mayMeet)('a', 'b'), delayed(mayMeet)('b', 'a')])).toEqual(['a', 'b'])
    })

    test('two batches that wait for each other meet, though their workers hear nothing meanwhile', async () => {
      const runner = Parallel({ nJobs: 2, batchSize: 1 })
      const mayMeet = (place: string, i: number, mine: string, other?: string) => (other === undefined ? i : meetBusily(place, mine, other))
      // Behind so many quick ones, they often go to the same worker.
      for (const quick of range(20).map((i) => 40 + i)) {
        const place = join(folder, `${name} busy ${quick}`)
        const ends = [delayed(mayMeet)(place, quick, 'a', 'b'), delayed(mayMeet)(place, quick, 'b', 'a')]
        const results = await runner([...range(quick).map((i) => delayed(mayMeet)(place, i, 'a')), ...ends])
        expect(results.slice(-3)).toEqual([quick - 1, 'a', 'b'])
      }
    })

    test('two calls that took next to nothing before go in one batch, but apart where somebody reads as they come', async () => {
      const runner = Parallel()
      const run = () => runner([1, 2].map((n) => delayed(double)(n)))
      await run()
      for (let i = 0; i < 1_000 && runner.stats().batches.count > 1; i++) await run()
      expect(runner.stats()).toMatchObject({ tasks: 2, batches: { count: 1, maxSize: 2 } })
      const read = Parallel({ returnAs: 'generator' })
      expect(await readAll(read([1, 2].map((n) => delayed(double)(n))))).toEqual({ values: [2, 4] })
      expect(read.stats()).toMatchObject({ tasks: 2, batches: { count: 2, maxSize: 1 } })
    })

    test('calls that come to cost a lot, behind many that cost nothing, do not all stay with one worker', async () => {
      const dear = 48
      for (const cheap of [20_000, 20_016, 20_032, 20_048]) {
        const tasks = range(cheap + dear).map((i) => delayed(workerOf)(i < cheap ? 0 : 4))
        const workers = await Parallel({ nJobs: 2, batchSize: cheap + dear })(tasks)
        expect(new Set(workers.slice(cheap)).size).toBe(2)
      }
    })

    test('every task runs once, however often its batch is divided', async () => {
      const notes = join(folder, `${name} notes`)
      appendFileSync(notes, '')
      const costs = range(400).map((i) => (i % 97 === 0 ? 30 : (i % 7) / 10))
      expect(await Parallel({ nJobs: 3, batchSize: 150 })(costs.map((ms, i) => delayed(noteRun)(notes, i, ms)))).toEqual(range(400))
      const seen = readFileSync(notes, 'utf8').trim().split('\n').map(Number)
      expect(seen.toSorted((a, b) => a - b)).toEqual(range(400))
    })
  })
}
