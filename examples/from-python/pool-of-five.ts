/** Ten sleepers of 1 to 10 tenths of a second on a pool of five: results in order, and as they come. */
import { setTimeout as wait } from 'node:timers/promises'
import { Pool } from 'joblet/multiprocessing'
import { runIfEntry } from '../support/entry.js'

async function sleep(tenths: number): Promise<number> {
  await wait(tenths * 100)
  return tenths
}

const oneToTen = Array.from({ length: 10 }, (_, i) => i + 1)

/** Print what wakes up. */
export async function main(): Promise<void> {
  await using pool = Pool({ processes: 5 })

  let start = performance.now()
  for await (const tenths of pool.imap(sleep, oneToTen)) console.log(`slept ${tenths}`)
  console.log(`in order: ${seconds(start)} s`)

  start = performance.now()
  for await (const tenths of pool.imapUnordered(sleep, oneToTen.toReversed())) console.log(`woke after ${tenths}`)
  console.log(`as they come: ${seconds(start)} s`)
}

const seconds = (start: number): string => ((performance.now() - start) / 1_000).toFixed(1)

await runIfEntry(import.meta.url, main)
