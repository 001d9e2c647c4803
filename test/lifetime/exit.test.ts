/** A program that uses joblet ends when it has nothing more to do, whatever it did, closed or not. */
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { graceMs, startProgram, survivors } from './program.js'

const results: Record<string, string[]> = {
  result: ['result 0,1,4,9'],
  unawaited: ['result 5'],
  stream: ['result 0', 'result 1', 'result 4', 'result 9'],
  unread: ['result nobody reads'],
  break: ['input closed', 'result left'],
  error: ['result a task failed'],
  abort: ['result enough'],
  'abort at once': ['result enough'],
  'abort while workers start': ['result enough'],
  timeout: ['result ERR_TIMEOUT'],
  deadline: ['result ERR_DEADLINE'],
  'deadline that does not pass': ['result 9'],
  crash: ['result ERR_WORKER_CRASH'],
  'crash of an idle worker': ['result 9'],
}

describe.each(['threads', 'processes'])('on %s, a program', (backend) => {
  test.concurrent.each(Object.keys(results))('that never closes exits by itself, with code 0, after: %s', async (scenario) => {
    const program = startProgram(backend, scenario)
    const { code, atMs } = await program.ended
    expect(program.errors()).toBe('')
    expect(program.lines).toEqual(results[scenario])
    expect(code).toBe(0)
    expect(atMs - program.lastLineMs()).toBeLessThan(graceMs)
  })

  test.concurrent.each([
    'result',
    'stream',
    'break',
    'error',
    'abort',
    'abort at once',
    'abort while workers start',
    'timeout',
    'deadline',
    'crash',
  ])('that closes has nothing left after: %s', async (scenario) => {
    const program = startProgram(backend, `closed ${scenario}`)
    const { code } = await program.ended
    expect(program.lines.at(-1)).toBe('left []')
    expect([code, program.errors()]).toEqual([0, ''])
  })

  test.concurrent.each(['left interval', 'closed left interval'])('exits although tasks left intervals running: %s', async (scenario) => {
    const program = startProgram(backend, scenario)
    const { code, atMs } = await program.ended
    expect(code).toBe(0)
    expect(atMs - program.lastLineMs()).toBeLessThan(graceMs)
    expect(await survivors((await program.said('pid', 2)).map(Number), backend === 'threads' ? 0 : graceMs)).toEqual([])
  })

  test.concurrent('shows what tasks print, although their workers are replaced', async () => {
    const program = startProgram(backend, 'output of tasks')
    await program.ended
    expect(program.lines.filter((line) => line.startsWith('line')).toSorted()).toEqual([0, 1, 2, 3, 4, 5].map((i) => `line ${i}`))
  })

  test.concurrent('shows all that tasks print, although whoever reads it is slow', async () => {
    const program = startProgram(backend, 'much output')
    await program.said('begun')
    program.process.stdout?.pause()
    // Thrice as long as joblet waits for output that does not come: only time can show that it waits for the reader instead.
    await sleep(1_500)
    program.process.stdout?.resume()
    expect((await program.ended).code).toBe(0)
    expect(program.lines).toHaveLength(20_002)
    expect(program.lines.filter((line) => /^line \d+ -{40}$/.test(line))).toHaveLength(20_000)
    expect(program.lines.at(-1)).toBe('result 0,1')
  })

  test.concurrent.each(['at once', 'slowly'])(
    'shows whole lines, although tasks of two workers write them in pieces, to one who reads %s',
    async (how) => {
      const program = startProgram(backend, 'lines in pieces')
      if (how === 'slowly') {
        await program.said('line', 2)
        program.process.stdout?.pause()
        // Longer than the rest of a line is waited for: only time can show that it is waited for the reader instead.
        await sleep(500)
        program.process.stdout?.resume()
      }
      await program.ended
      const lines = program.lines.filter((line) => line !== 'result')
      expect(lines.filter((line) => !/^line [ab] begun é{30000} done$/.test(line)).map((line) => line.slice(0, 80))).toEqual([])
      expect(lines).toHaveLength(80)
    },
  )

  test.concurrent('shows the beginning of a line that its task does not end', async () => {
    const program = startProgram(backend, 'a bar')
    const shown = new Promise<boolean>((resolve) => {
      program.process.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.includes('bar 50 %')) resolve(true)
        if (chunk.includes('result')) resolve(false)
      })
    })
    expect(await shown).toBe(true)
    await program.ended
  })

  test.concurrent('shows all that a task has printed before it ended its worker, before its run settles', async () => {
    const program = startProgram(backend, 'last words')
    await program.ended
    const ends = backend === 'threads' ? ['exit', 'heap'] : ['exit', 'heap', 'kill', 'abort']
    for (const how of ends) {
      const shown = program.lines.slice(0, program.lines.indexOf(`end ${how}`))
      const seen = new Set(shown.filter((line) => line.startsWith(`line ${how} `)))
      expect([how, seen.size]).toEqual([how, 5_000])
    }
  })

  test.concurrent('runs where V8 ends a program at an uncaught exception', async () => {
    const program = startProgram(backend, 'result', ['--abort-on-uncaught-exception'])
    expect((await program.ended).code).toBe(0)
    expect(program.lines).toEqual(['result 0,1,4,9'])
  })

  test.concurrent.each([
    ['process.exit', 7],
    ['uncaught error', 1],
  ])('ends at once by %s although tasks loop for ever, and takes its workers along', async (scenario, expected) => {
    const program = startProgram(backend, scenario)
    const pids = (await program.said('pid', 2)).map(Number)
    program.process.kill('SIGUSR2')
    const { code } = await program.ended
    expect(code).toBe(expected)
    expect(await survivors(pids, graceMs)).toEqual([])
  })
})
