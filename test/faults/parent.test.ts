/** The program ends, one way or another: no worker lives two seconds later, and no file is left after the next run. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { delayed, Parallel } from 'joblet'
import { expect, test } from 'vitest'
import { survivors } from '../lifetime/program.js'

const program = fileURLToPath(new URL('../fixtures/faults/parent.mjs', import.meta.url))

const ends: Record<string, { readonly how: string; readonly signal: NodeJS.Signals }> = {
  'is killed': { how: '', signal: 'SIGKILL' },
  'is terminated': { how: '', signal: 'SIGTERM' },
  'hears Ctrl-C': { how: '', signal: 'SIGINT' },
  'throws an error that nobody catches': { how: 'throw', signal: 'SIGUSR2' },
  'calls process.exit': { how: 'exit', signal: 'SIGUSR2' },
}

/** Folders of a program with this pid. */
const filesOf = (pid: number): string[] =>
  ['/dev/shm', tmpdir()].flatMap((parent) =>
    existsSync(parent) ? readdirSync(parent).filter((name) => new RegExp(`^joblet-[0-9a-f]+\\.${pid}\\.`).test(name)) : [],
  )

test.each(Object.entries(ends))('when it %s', async (_, { how, signal }) => {
  const child = spawn(process.execPath, [program, how], { stdio: ['ignore', 'pipe', 'ignore'] })
  const pids = new Set<number>()
  for await (const line of createInterface({ input: child.stdout })) {
    if (pids.add(Number(line.split(' ')[1])).size === 2) break
  }
  const { pid = 0 } = child
  expect(filesOf(pid)).not.toEqual([])
  child.kill(signal)
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  expect(await survivors([...pids], 2_000)).toEqual([])
  await using parallel = Parallel({ nJobs: 1, backend: 'processes' })
  await parallel([delayed((array: Uint8Array) => array.length)(new Uint8Array(5_000_000))])
  expect(filesOf(pid)).toEqual([])
})
