/** Chaos: workers are killed every 50 ms, tasks loop, exit and throw, runs are cancelled, left and begun again; each task comes to one thing, once. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { isFull } from './scale.js'

const program = fileURLToPath(new URL('../fixtures/faults/chaos.mjs', import.meta.url))

interface Told {
  readonly counts: Readonly<Record<string, number>>
  readonly kills: number
  readonly problems: readonly string[]
  readonly left: readonly string[]
}

// To start 20 processes a second takes two cores, so on processes a task takes ten times as long as on threads, however small it is.
const sizes = isFull ? { threads: 100_000, processes: 100_000 } : { threads: 5_000, processes: 500 }
const longestMs = isFull ? 7_200_000 : 240_000

test.each(Object.entries(sizes))(
  'on %s, %i tasks come to one outcome each, and nothing is left',
  { timeout: longestMs + 5_000 },
  async (backend, tasks) => {
    const seed = String(Date.now() % 1_000_000)
    const words = [program, backend, String(tasks), seed]
    const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: longestMs, maxBuffer: 1e9 })
    const { counts, kills, problems, left } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Told
    expect({ seed, problems, left }).toEqual({ seed, problems: [], left: [] })
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(tasks)
    expect(Object.keys(counts).toSorted()).toEqual(expect.arrayContaining(['value']))
    for (const end of Object.keys(counts)) expect(['value', 'thrown', 'crashed', 'timed-out']).toContain(end)
    expect(kills).toBeGreaterThan(0)
  },
)
