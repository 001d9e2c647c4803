/** A night in short: one program goes on for as long as it is told, and neither its memory nor its handles grow. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { soakMinutes } from './scale.js'

const program = fileURLToPath(new URL('../fixtures/faults/soak.mjs', import.meta.url))

interface Sample {
  readonly minute: number
  readonly megabytes: number
  readonly handles: number
  readonly files: number
}

// From the fifth minute on: by then a program has loaded what it needs, and its heap has found its size.
const settledAfter = (samples: readonly Sample[]): number => Math.min(5, Math.ceil(samples.length / 2))

const half = Math.floor(soakMinutes / 2)

test.runIf(half > 0).each(['threads', 'processes'])(
  `on %s, ${half} minutes of runs and faults cost no memory and no handle`,
  { timeout: (half + 3) * 60_000 },
  async (backend) => {
    const flags = ['--expose-gc', program, backend, String(half)]
    const { stdout } = await promisify(execFile)(process.execPath, flags, { maxBuffer: 1e9 })
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'))
    const samples = lines.slice(0, -1).map((line) => JSON.parse(line) as Sample)
    console.log(samples)
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ problems: [], left: [] })
    const settled = samples[settledAfter(samples) - 1]
    const end = samples.at(-1)
    expect(end?.megabytes).toBeLessThan(1.1 * (settled?.megabytes ?? 0))
    expect(end?.handles).toBeLessThanOrEqual((settled?.handles ?? 0) + 2)
    expect(end?.files).toBeLessThanOrEqual((settled?.files ?? 0) + 2)
  },
)
