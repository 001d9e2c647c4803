/**
 * Processes that are started and not waited for, then processes that are joined. `start()` returns at once: what comes after it runs beside the
 * processes, and its line is the first. `await join()` waits for the end, so then its line is the last.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Process } from 'joblet/multiprocessing'
import { runIfEntry } from '../support/entry.js'

async function work(number: number, ms: number): Promise<void> {
  await sleep(ms)
  console.log(`process ${number} is done`)
}

function startAll(ms: number) {
  const processes = [1, 2, 3].map((number) => Process({ target: work, args: [number, number * ms] }))
  for (const process of processes) process.start()
  return processes
}

const defaults = { ms: 300 }

/** Start three processes twice; wait for the second three before going on. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { ms } = { ...defaults, ...options }
  const started = startAll(ms)
  console.log('all are started: the program goes on')
  for (const process of started) await process.join()

  for (const process of startAll(ms)) await process.join()
  console.log('all are joined: the program goes on')
}

await runIfEntry(import.meta.url, main)
