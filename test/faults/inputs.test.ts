/** Inputs that throw or never end, consumers that stop, thousands of runs in a row, and fifty at once. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { isFull } from './scale.js'

const program = fileURLToPath(new URL('../fixtures/faults/inputs.mjs', import.meta.url))
const runs = isFull ? 10_000 : 1_000

test.each(['threads', 'processes'])(
  `on %s, inputs and consumers that misbehave harm nobody, nor do ${runs} runs in a row`,
  async (backend) => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, backend, String(runs)], { timeout: 110_000 })
    expect(JSON.parse(stdout)).toEqual({ problems: [], left: [] })
  },
)
