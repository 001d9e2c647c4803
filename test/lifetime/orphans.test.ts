/** No worker process outlives its program, however that ends and whatever the worker is doing. */
import { describe, expect, test } from 'vitest'
import { graceMs, type Program, startProgram, survivors } from './program.js'

// How many workers tell their pid before the program is ended.
const busy: Record<string, number> = { 'hold idle': 2, 'hold sleep': 2, 'hold loop': 2, 'hold interval': 2, 'hold nested': 4 }

const ends: Record<string, (program: Program) => void> = {
  'is killed': ({ process: { pid } }) => process.kill(pid ?? 0, 'SIGKILL'),
  'is terminated': ({ process: { pid } }) => process.kill(pid ?? 0, 'SIGTERM'),
  'hears Ctrl-C with its whole group': ({ process: { pid } }) => process.kill(-(pid ?? 0), 'SIGINT'),
}

describe.each(Object.keys(busy))('workers that %s', (scenario) => {
  test.concurrent.each(Object.keys(ends))('are gone within two seconds when the program %s', async (end) => {
    const program = startProgram('processes', scenario)
    const pids = (await program.said('pid', busy[scenario])).map(Number)
    if (scenario === 'hold idle' || scenario === 'hold interval') await program.said('ready')
    ends[end]?.(program)
    await program.ended
    expect(new Set(pids).size).toBeGreaterThan(0)
    expect(await survivors(pids, graceMs)).toEqual([])
  })
})

test.concurrent('idle workers end after five minutes, and the program goes on', async () => {
  const program = startProgram('processes', 'hold idle', ['--import', new URL('../fixtures/core/hasty.mjs', import.meta.url).href])
  const pids = (await program.said('pid', 2)).map(Number)
  expect(await survivors(pids, 10_000)).toEqual([])
  expect(program.process.exitCode).toBeNull()
  program.process.kill('SIGKILL')
  await program.ended
})
