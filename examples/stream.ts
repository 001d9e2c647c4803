/** A search without an end: tasks from an async generator that never stops, results in order as they come, until the reader has seen enough. */
import { cpuCount, delayed, Parallel, type Task } from 'joblet'
import { runIfEntry } from './support/entry.js'
import { count } from './support/show.js'

interface Path {
  readonly start: number
  readonly steps: number
}

/** The task: halve even numbers, triple odd ones and add 1; how long until 1? (Collatz, 1937: always reached, as far as anybody knows.) */
function collatz(start: number): Path {
  let steps = 0
  for (let n = start; n !== 1; n = n % 2 === 0 ? n / 2 : 3 * n + 1) steps++
  return { start, steps }
}

const defaults = { enough: 250, nJobs: cpuCount() }

/** Print each number whose path is longer than all before it, up to the first with more than `enough` steps. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { enough, nJobs } = { ...defaults, ...options }
  let pulled = 0

  async function* tasks(): AsyncGenerator<Task<Path>> {
    try {
      for (;;) yield delayed(collatz)(++pulled)
    } finally {
      console.log('the input was told to stop')
    }
  }

  let longest = -1
  let read = 0
  for await (const { start, steps } of Parallel({ nJobs, returnAs: 'generator' })(tasks())) {
    read++
    if (steps <= longest) continue
    longest = steps
    console.log(`${count(start).padStart(9)} ${'·'.repeat(steps / 5)} ${steps} steps`)
    if (steps > enough) break
  }
  console.log(`${count(read)} results read; the input, which has no end, was asked for ${count(pulled)}`)
}

await runIfEntry(import.meta.url, main)
