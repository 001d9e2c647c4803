/** Ten processes that sleep for a second, and ten that are told for how long. */
import { setTimeout as wait } from 'node:timers/promises'
import { Process } from 'joblet/multiprocessing'
import { runIfEntry } from '../support/entry.js'

async function sleepASecond(): Promise<void> {
  console.log('Sleeping 1 second(s)')
  await wait(1_000)
  console.log('Done sleeping')
}

async function sleep(seconds: number): Promise<void> {
  console.log(`Sleeping ${seconds} second(s)`)
  await wait(seconds * 1_000)
  console.log(`Done sleeping ${seconds} second(s)`)
}

async function run(processes: readonly ReturnType<typeof Process>[]): Promise<void> {
  const start = performance.now()
  for (const process of processes) process.start()
  for (const process of processes) await process.join()
  console.log(`Finished in ${((performance.now() - start) / 1_000).toFixed(1)} seconds`)
}

/** Sleep ten times at once, twice. */
export async function main(): Promise<void> {
  const ten = Array.from({ length: 10 })
  await run(ten.map(() => Process({ target: sleepASecond })))
  await run(ten.map(() => Process({ target: sleep, args: [1.5] })))
}

await runIfEntry(import.meta.url, main)
