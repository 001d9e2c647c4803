/**
 * Perfect numbers by a loop, by one process per number, by a pool, and by `Parallel`. A process costs 30 ms or more to start and some tens of
 * megabytes, so one per number is tried for ten of them only: for 100,000 it would take an hour, where a pool starts its workers once.
 */
import { delayed, Parallel } from 'joblet'
import { Pool, Process } from 'joblet/multiprocessing'
import { runIfEntry } from '../support/entry.js'

function isPerfect(n: number): boolean {
  let sum = 0
  for (let divisor = 1; divisor < n; divisor++) if (n % divisor === 0) sum += divisor
  return n > 1 && sum === n
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

/** A process gives no value but its exit code; here 1 says that the number is perfect. */
async function byProcesses(numbers: readonly number[]): Promise<number[]> {
  const tell = (n: number): void => process.exit(isPerfect(n) ? 1 : 0)
  const processes = numbers.map((n) => Process({ target: tell, args: [n] }))
  for (const process of processes) process.start()
  for (const process of processes) await process.join()
  return numbers.filter((_, i) => processes[i]?.exitCode === 1)
}

async function show(way: string, find: () => number[] | Promise<number[]>): Promise<void> {
  const start = performance.now()
  const found = await find()
  console.log(`${way}: [${found.join(', ')}] in ${((performance.now() - start) / 1_000).toFixed(2)} s`)
}

const defaults = { below: 1_000, nJobs: 2 }

/** Find those below `below` in every way. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { below, nJobs } = { ...defaults, ...options }
  const numbers = range(2, below)
  const those = (perfect: readonly boolean[]): number[] => numbers.filter((_, i) => perfect[i])

  await show('loop', () => numbers.filter(isPerfect))
  await show('one process per number, for 10 of them', () => byProcesses(range(22, 32)))
  await using pool = Pool({ processes: nJobs })
  await show('pool', async () => those(await pool.map(isPerfect, numbers)))
  await show('Parallel', async () => those(await Parallel({ nJobs, backend: 'processes' })(numbers.map((n) => delayed(isPerfect)(n)))))
}

await runIfEntry(import.meta.url, main)
