/** One process, then two. */
import { Process } from 'joblet/multiprocessing'
import { runIfEntry } from '../support/entry.js'

function hello(name: string): void {
  console.log(`hello ${name}`)
}

/** Start processes that say hello. */
export async function main(): Promise<void> {
  console.log('one process')
  const process = Process({ target: hello, args: ['bob'] })
  process.start()
  await process.join()

  console.log('two processes')
  const processes = ['ann', 'joe'].map((name) => Process({ target: hello, args: [name] }))
  for (const process of processes) process.start()
  for (const process of processes) await process.join()
  console.log(`exit codes [${processes.map(({ exitCode }) => exitCode).join(', ')}]`)
}

await runIfEntry(import.meta.url, main)
