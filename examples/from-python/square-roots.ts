/** Square roots on pools of 1, 2 and 10 workers; each line names its worker. */
import { setTimeout as wait } from 'node:timers/promises'
import { currentProcess, Pool } from 'joblet/multiprocessing'
import { runIfEntry } from '../support/entry.js'

async function root(x: number): Promise<string> {
  await wait(20)
  const name = currentProcess().name.split('-').at(-1)
  return `worker ${name}: the root of ${x} is ${Math.sqrt(x).toFixed(3)}`
}

/** Ten roots on each pool. */
export async function main(): Promise<void> {
  const numbers = Array.from({ length: 10 }, (_, i) => i + 1)
  for (const processes of [1, 2, 10]) {
    console.log(`a pool of ${processes}`)
    await using pool = Pool({ processes })
    for (const line of await pool.map(root, numbers, { chunksize: 1 })) console.log(line)
  }
}

await runIfEntry(import.meta.url, main)
