/** Processes, by one word: memory of their own, one pool for several runs, a crash that costs one try, and an end that waits for all. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { delayed, Parallel } from 'joblet'
import { runIfEntry } from './support/entry.js'

/** A task: which process runs it? It takes a moment, so that others get their turn. */
async function whoAmI(name: string): Promise<{ name: string; pid: number }> {
  await wait(50)
  return { name, pid: process.pid }
}

/** A task that takes its process down with it, the first time. */
function stumble(marker: string): string {
  if (existsSync(marker)) return `up again, as process ${process.pid}`
  writeFileSync(marker, '')
  process.kill(process.pid, 'SIGKILL')
  return 'never said'
}

const defaults = { nJobs: 2 }

/** Three runs on one pool. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { nJobs } = { ...defaults, ...options }
  const folder = mkdtempSync(join(tmpdir(), 'processes-'))
  {
    await using parallel = Parallel({ nJobs, backend: 'processes', retries: 1 })
    console.log(`the program is process ${process.pid}`)
    const first = await parallel(['ann', 'bob', 'cleo'].map((name) => delayed(whoAmI)(name)))
    for (const { name, pid } of first) console.log(`${name} ran in process ${pid}`)

    const again = await parallel(['dora', 'emil'].map((name) => delayed(whoAmI)(name)))
    const pids = new Set([...first, ...again].map(({ pid }) => pid))
    console.log(`two runs took ${pids.size} processes in all: they stay warm`)

    const [said] = await parallel([delayed(stumble)(join(folder, 'stumbled'))])
    console.log(`one was killed, and is ${said}`)
  }
  rmSync(folder, { recursive: true })
  console.log('the pool is closed')
}

await runIfEntry(import.meta.url, main)
