/** No worker has nothing to do while another one has calls that have not begun. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { delayed } from 'joblet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { meet, noteRun } from '../fixtures/core/tasks.mjs'
import { range, type Subject } from './subject.js'

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
