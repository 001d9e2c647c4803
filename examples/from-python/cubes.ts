/** The cubes of 1 to 999, by every door: all lead to the same workers. */
import { delayed, Parallel } from 'joblet'
import { ProcessPoolExecutor } from 'joblet/futures'
import { Pool } from 'joblet/multiprocessing'
import { runIfEntry } from '../support/entry.js'

const cube = (x: number): number => x ** 3

async function listOf<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const value of values) list.push(value)
  return list
}

function tell(door: string, cubes: readonly number[]): void {
  const sum = cubes.reduce((all, one) => all + one, 0)
  console.log(`${door}: ${cubes.length} cubes, [${cubes.slice(0, 3).join(', ')}] ... ${cubes.at(-1)}, sum ${sum}`)
}

/** Ask at each door. */
export async function main(): Promise<void> {
  const numbers = Array.from({ length: 999 }, (_, i) => i + 1)

  await using pool = Pool({ processes: 4 })
  tell('map', await pool.map(cube, numbers))
  tell('apply_async', await Promise.all(numbers.map((x) => pool.applyAsync(cube, [x]).get())))
  tell('imap', await listOf(pool.imap(cube, numbers)))
  tell(
    'imap_unordered',
    (await listOf(pool.imapUnordered(cube, numbers))).sort((a, b) => a - b),
  )

  await using executor = ProcessPoolExecutor({ maxWorkers: 4 })
  tell('submit', await Promise.all(numbers.map((x) => executor.submit(cube, x))))
  tell('executor.map', await listOf(executor.map(cube, numbers)))

  tell('Parallel', await Parallel({ nJobs: 4, backend: 'processes' })(numbers.map((x) => delayed(cube)(x))))
}

await runIfEntry(import.meta.url, main)
