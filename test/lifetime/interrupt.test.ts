/** Ctrl-C while runs are on: they are called off, how far they had come is told, and the program ends by the signal. */
import { readdirSync, rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { graceMs, type Program, startProgram, survivors } from './program.js'

const senders: Record<string, (program: Program) => void> = {
  'sent to the program': ({ process: { pid } }) => process.kill(pid ?? 0, 'SIGINT'),
  'sent by the terminal, to its workers too': ({ process: { pid } }) => process.kill(-(pid ?? 0), 'SIGINT'),
}
const toGroup = senders['sent by the terminal, to its workers too'] as (program: Program) => void

const start = (backend: string, scenario: string) => startProgram(backend, scenario, [], 'interrupted.mjs')

/** The pids of `workers` workers, once joblet listens. */
async function ready(program: Program, workers: number): Promise<number[]> {
  const pids = (await program.said('pid', workers)).map(Number)
  await program.said('ready')
  return pids
}

const report = (done: number, total: number): string => `joblet: interrupted, ${done} of ${total} tasks were done\n`

describe.each(['threads', 'processes'])('on %s, Ctrl-C', (backend) => {
  test.concurrent.each(Object.keys(senders))('%s ends the program by SIGINT, says what was done, and leaves nobody', async (sender) => {
    const program = start(backend, 'unhandled')
    const pids = await ready(program, 2)
    senders[sender]?.(program)
    const { signal } = await program.ended
    expect(signal).toBe('SIGINT')
    expect(program.errors()).toBe(report(2, 4))
    expect(await survivors(pids, graceMs)).toEqual([])
  })

  test.concurrent.each(['forgotten', 'streamed'])('says no more than that of a run that is %s', async (scenario) => {
    const program = start(backend, scenario)
    await ready(program, 2)
    toGroup(program)
    expect((await program.ended).signal).toBe('SIGINT')
    expect(program.errors()).toBe(report(0, 2))
  })

  test.concurrent.each([
    ['caught', ['caught ERR_INTERRUPTED 0 2', 'finally ']],
    ['collected', ['collected cancelled ERR_INTERRUPTED,cancelled ERR_INTERRUPTED']],
  ])('is told to the program first: %s', async (scenario, lines) => {
    const program = start(backend, scenario)
    const pids = await ready(program, 2)
    toGroup(program)
    expect((await program.ended).signal).toBe('SIGINT')
    // Who leaves by `process.exit` runs no `finally`.
    expect(lines).toEqual(expect.arrayContaining(program.lines.filter((line) => !/^(pid|ready)/.test(line))))
    expect(program.lines).toContain(lines[0])
    expect(await survivors(pids, graceMs)).toEqual([])
  })

  test.concurrent('tells of each run', async () => {
    const program = start(backend, 'two runs')
    await ready(program, 1)
    toGroup(program)
    expect((await program.ended).signal).toBe('SIGINT')
    expect(program.errors()).toBe(report(0, 2) + report(0, 1))
  })

  test.concurrent('shows what goes wrong in the program then', async () => {
    const program = start(backend, 'broken meanwhile')
    await ready(program, 2)
    toGroup(program)
    expect((await program.ended).signal).toBe('SIGINT')
    expect(program.errors()).toContain('TypeError: what the program does then is wrong')
  })

  test.concurrent('a second time ends the program at once', async () => {
    const program = start(backend, 'slow end')
    const pids = await ready(program, 2)
    toGroup(program)
    await program.said('closing')
    const sentMs = performance.now()
    toGroup(program)
    const { signal, atMs } = await program.ended
    expect(signal).toBe('SIGINT')
    // Else it would be five seconds, which joblet waits for a run that does not end.
    expect(atMs - sentMs).toBeLessThan(4_000)
    expect(await survivors(pids, graceMs)).toEqual([])
  })

  test.concurrent('is left to a handler of the program, and its workers go on', async () => {
    const program = start(backend, 'own handler')
    await ready(program, 2)
    toGroup(program)
    expect((await program.ended).code).toBe(0)
    expect(program.lines.slice(-2)).toEqual(['own ', 'result done,done'])
    expect(program.errors()).toBe('')
  })

  test.concurrent('is left to a handler that was added while the run was on', async () => {
    const program = start(backend, 'own handler, later')
    await ready(program, 2)
    program.process.kill('SIGUSR2')
    await program.said('added')
    toGroup(program)
    expect((await program.ended).code).toBe(0)
    expect(program.lines.slice(-2)).toEqual(['own ', 'result done,done'])
  })

  test.concurrent('is left to a handler that looks whether it is alone', async () => {
    const program = start(backend, 'counting handler')
    const pids = await ready(program, 2)
    program.process.kill('SIGUSR2')
    await program.said('added')
    toGroup(program)
    expect((await program.ended).signal).toBe('SIGINT')
    expect(program.lines.at(-1)).toBe('alone ')
    expect(await survivors(pids, graceMs)).toEqual([])
  })

  test.concurrent('ends a program with an executor as it does any other', async () => {
    const program = start(backend, 'executor')
    const pids = (await program.said('pid', 2)).map(Number)
    expect(await program.said('listeners')).toEqual(['0'])
    toGroup(program)
    expect((await program.ended).signal).toBe('SIGINT')
    expect(await survivors(pids, graceMs)).toEqual([])
  })

  test.concurrent('ends a program whose runs are over as it does any other', async () => {
    const program = start(backend, 'over')
    const pids = await ready(program, 2)
    expect(await program.said('listeners')).toEqual(['0'])
    toGroup(program)
    expect((await program.ended).signal).toBe('SIGINT')
    expect(program.errors()).toBe('')
    expect(await survivors(pids, graceMs)).toEqual([])
  })
})

test.concurrent('Ctrl-C leaves no file of a run behind', async () => {
  const program = start('processes', 'large data')
  await ready(program, 1)
  const [folder = ''] = await program.said('folder')
  expect(readdirSync(folder)).toHaveLength(1)
  toGroup(program)
  expect((await program.ended).signal).toBe('SIGINT')
  expect(readdirSync(folder)).toEqual([])
  rmSync(folder, { recursive: true })
})

test.concurrent('a task in a process may listen for SIGINT itself', async () => {
  const program = start('processes', 'task with a handler')
  await ready(program, 2)
  toGroup(program)
  expect((await program.ended).code).toBe(0)
  expect(program.lines.filter((line) => line === 'task heard')).toHaveLength(2)
  expect(program.lines.at(-1)).toBe('result done,done')
})

test.concurrent('workers that hear Ctrl-C while they start are started again, where the program goes on', async () => {
  const program = start('processes', 'while workers start')
  await program.said('ready')
  toGroup(program)
  const { code } = await program.ended
  expect([code, program.errors()]).toEqual([0, ''])
  expect(program.lines.at(-1)).toBe('result done,done')
})

test.concurrent('Ctrl-C ends tasks on this event loop too, and says what was done', async () => {
  const program = start('async', 'unhandled async')
  await program.said('ready')
  toGroup(program)
  expect((await program.ended).signal).toBe('SIGINT')
  expect(program.errors()).toBe(report(1, 2))
})
