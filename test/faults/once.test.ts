/** Where nothing goes wrong, each task begins once, however often its run is divided among workers that others use too. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { isFull } from './scale.js'

const program = fileURLToPath(new URL('../fixtures/faults/once.mjs', import.meta.url))

interface Told {
  readonly runs: number
  readonly tasks: number
  readonly problems: readonly string[]
}

// A batch that was both taken from a process and begun there, once in some 50,000 tasks, was found after 5 to 25 seconds.
const seconds = isFull ? 120 : 8

test.each(['threads', 'processes'])(
  'on %s, tasks of runs that overlap begin once each',
  { timeout: (seconds + 60) * 1_000 },
  async (backend) => {
    const seed = String(Date.now() % 1_000_000)
    const { stdout } = await promisify(execFile)(process.execPath, [program, backend, String(seconds), seed])
    const { runs, tasks, problems } = JSON.parse(stdout) as Told
    expect({ seed, problems }).toEqual({ seed, problems: [] })
    expect(tasks).toBeGreaterThan(runs)
  },
)
