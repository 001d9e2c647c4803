/** The benchmarks run, contenders give right results, and what was measured is written down. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const bench = fileURLToPath(new URL('bench.mjs', import.meta.url))
const contenders = ['joblet-threads', 'joblet-processes', 'floor', 'tinypool', 'tinypool-chunks', 'piscina', 'workerpool', 'poolifier']

test('contenders take turns in every case, and a table, a chart and a file tell what came of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'joblet-bench-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))

  const flags = ['--quick', '--rounds', '1', '--case', 'warm,cold', '--only', contenders.join(), '--out', folder]
  const { stdout } = await promisify(execFile)(process.execPath, [bench, ...flags])

  for (const contender of contenders) expect(stdout).toMatch(new RegExp(`^\\| ${contender} +\\| +\\d`, 'm'))
  const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.json'))
  expect(readFileSync(join(folder, 'warm.svg'), 'utf8')).toContain('joblet-threads')
  const { machine, cases } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  expect(machine.node).toBe(process.version)
  expect(cases.map(({ name, rows }: { name: string; rows: unknown[] }) => [name, rows.length])).toEqual([
    ['warm', contenders.length],
    ['cold', contenders.length],
  ])
})

test.each([
  ['--rounds', 'many', "--rounds expects a whole number from 1 on, not 'many'"],
  ['--case', 'warm,colt', "--case knows no 'colt'; there are tiny, "],
  ['--only', 'jobless', "--only knows no 'jobless'; there are "],
])('%s %s is told at once if it is wrong', async (flag, word, message) => {
  const run = promisify(execFile)(process.execPath, [bench, '--quick', '--case', 'hash', flag, word, '--out', tmpdir()])
  await expect(run).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(message) })
})
