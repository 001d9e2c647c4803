/** A night in short: one program goes on for as long as it is told, and neither its memory nor its handles grow. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { soakMinutes } from './scale.js'

const program = fileURLToPath(new URL('../fixtures/faults/soak.mjs', import.meta.url))

interface Sample {
  readonly minute: number
  /** Resident, when all workers have ended. */
  readonly megabytes: number
  readonly handles: number
  readonly files: number
}

/** The middle one of three samples around a minute: one sample depends on what the last collection left to the system. */
function around(samples: readonly Sample[], minute: number): Sample | undefined {
  const three = samples.slice(Math.max(0, minute - 2), minute + 1)
  return three.toSorted((a, b) => a.megabytes - b.megabytes)[Math.floor(three.length / 2)]
}

test.runIf(soakMinutes > 0).concurrent.each(['threads', 'processes'])(
  `on %s, ${soakMinutes} minutes of runs and faults cost no memory and no handle`,
  { timeout: (soakMinutes + 5) * 60_000 },
  async (backend) => {
    // Else the empty halves of young generations are resident too, as large as the last bursts of work left them: 34 MB in one heap.
    const flags = ['--expose-gc', '--max-semi-space-size=1', program, backend, String(soakMinutes)]
    const { stdout } = await promisify(execFile)(process.execPath, flags, { maxBuffer: 1e9 })
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'))
    const samples = lines.slice(0, -1).map((line) => JSON.parse(line) as Sample)
    console.log(backend, samples)
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ problems: [], left: [] })
    // From the fifth minute on: by then a program has loaded what it needs, and its heap has found its size.
    const settled = around(samples, Math.min(5, Math.ceil(samples.length / 2)))
    const end = around(samples, samples.length - 1)
    expect(end?.megabytes).toBeLessThan(1.1 * (settled?.megabytes ?? 0))
    expect(end?.handles).toBeLessThanOrEqual((settled?.handles ?? 0) + 2)
    expect(end?.files).toBeLessThanOrEqual((settled?.files ?? 0) + 2)
  },
)
