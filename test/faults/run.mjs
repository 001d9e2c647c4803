/**
 * The fault suite: does to joblet what nights do to programs.
 *
 *     npm run test:faults                    the short form: some two minutes
 *     npm run test:faults -- --minutes 30    the whole matrix, and everything again and again for so long
 *     npm run test:faults -- --page          the table of docs/reliability.md is written from what was tried; with --minutes from all cells
 *
 * Other words choose files, as for vitest.
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  options: { minutes: { type: 'string', default: '0' }, page: { type: 'boolean', default: false } },
  allowPositionals: true,
})
if (!(Number(values.minutes) >= 0)) {
  console.error(`--minutes must be a number of minutes, got '${values.minutes}'`)
  process.exit(2)
}
const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url))
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const env = { ...process.env, JOBLET_FAULT_MINUTES: values.minutes, JOBLET_FAULT_PAGE: values.page ? '1' : '0' }
const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', config, ...positionals], { stdio: 'inherit', env })
process.exit(status ?? 1)
