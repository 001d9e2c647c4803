/** `Process` as a Python programmer meets it: one process for one call, its output on the console, exit codes as in Python. */
import { fileURLToPath } from 'node:url'
import { ContextError, OptionError, shared } from 'joblet'
import { Process } from 'joblet/multiprocessing'
import { describe, expect, test } from 'vitest'
import { rejectionOf } from '../contracts/subject.js'
import { exit, loopForEver, square, waitForFile } from '../fixtures/core/tasks.mjs'
import { isAlive, type Program, startScript, survivors } from '../lifetime/program.js'
import { gate } from './gate.js'

const file = fileURLToPath(new URL('../fixtures/python/processes.mjs', import.meta.url))
const start = (scenario: string): Program => startScript([file, scenario])

describe('a program with a process', () => {
  test.concurrent('shows what it prints, under the name that it was given', async () => {
    const program = start('hello')
    expect([(await program.ended).code, program.errors(), program.lines]).toEqual([0, '', ['hello bob greeter', 'exit code 0']])
  })

  test.concurrent('shows the stack of a target that throws, and its exit code is 1', async () => {
    const program = start('failing')
    await program.ended
    expect(program.lines).toEqual(['exit code 1'])
    expect(program.errors()).toMatch(/^Process Process-1:\nRangeError: too far\n {4}at target \(.*processes\.mjs:\d+/)
    expect(program.errors()).toContain('[cause]: Error: too fast')
  })

  test.concurrent('hears what cannot travel, from join and on stderr', async () => {
    const program = start('unsendable')
    await program.ended
    expect(program.lines).toEqual(['join ERR_SHIPPING', 'exit code 1'])
    expect(program.errors()).toMatch(/^Process caller:\nShippingError: .*socket/)
  })

  test.concurrent('waits for it, joined or not', async () => {
    const program = start('not joined')
    expect((await program.ended).code).toBe(0)
    expect(program.lines).toEqual(['end', 'later than the end'])
  })

  test.concurrent('does not wait for a daemon, and takes it along', async () => {
    const program = start('daemon')
    expect((await program.ended).code).toBe(0)
    const pids = program.lines.filter((line) => line.startsWith('daemon')).map((line) => Number(line.split(' ')[1]))
    expect(program.lines).toContain('end')
    expect(await survivors(pids, 2_000)).toEqual([])
  })

  test.concurrent('waits for a daemon while it joins it', async () => {
    const program = start('joined daemon')
    await program.ended
    expect(program.lines).toEqual(['daemon slept', 'exit code 0'])
  })

  test.concurrent.each(['SIGUSR2', 'SIGKILL'] as const)('that ends by %s takes a process in an endless loop along', async (signal) => {
    const program = start('busy')
    const [pid] = (await program.said('busy')).map(Number)
    program.process.kill(signal)
    await program.ended
    expect(await survivors([pid ?? 0], 2_000)).toEqual([])
  })

  test.concurrent('can have it clean up at terminate', async () => {
    const program = start('cleaned')
    await program.said('ready', 1)
    program.process.kill('SIGUSR2')
    await program.ended
    expect(program.lines).toEqual(['ready now', 'cleaned up', 'exit code 4'])
  })
})

test('a process has a pid when it is started, and an exit code when it has ended', async () => {
  const { path, open } = gate()
  const process = Process({ target: waitForFile, args: [path] })
  expect([process.pid, process.exitCode, process.isAlive(), process.daemon]).toEqual([null, null, false, false])
  process.start()
  expect([isAlive(process.pid ?? 0), process.exitCode, process.isAlive()]).toEqual([true, null, true])
  await process.join(1)
  expect(process.isAlive()).toBe(true)
  open()
  await process.join()
  expect([process.exitCode, process.isAlive()]).toEqual([0, false])
})

test('exit codes are those of Python: what the target gave process.exit, and signals below zero', async () => {
  const [exited, killed, terminated] = [
    Process({ target: exit, args: [3] }),
    Process({ target: loopForEver }),
    new Process({ target: loopForEver }),
  ]
  for (const process of [exited, killed, terminated]) process.start()
  killed.kill()
  terminated.terminate()
  await Promise.all([exited, killed, terminated].map((process) => process.join()))
  expect([exited.exitCode, killed.exitCode, terminated.exitCode]).toEqual([3, -9, -15])
})

test('arguments are taken when the process is started', async () => {
  const codes = [1, 2]
  const process = Process({ target: (given: number[]) => exit(given.length), args: [codes] })
  process.start()
  codes.push(3)
  await process.join()
  expect(process.exitCode).toBe(2)
})

test('arguments may be anything that travels, arrays that are shared among them', async () => {
  class Order {
    readonly items: Map<string, number>
    constructor(items: Map<string, number>) {
      this.items = items
    }
    get total(): number {
      return [...this.items.values()].reduce((sum, n) => sum + n, 0)
    }
  }
  const target = (order: Order, view: Float64Array): never => exit(order.total + (view[2] ?? 0))
  const process = Process({ target, args: [new Order(new Map([['tea', 5]])), shared(new Float64Array([0, 0, 7]))] })
  process.start()
  await process.join()
  expect(process.exitCode).toBe(12)
})

test('a process within a process ends with it', async () => {
  const outer = Process({
    target: async () => {
      const inner = Process({ target: exit, args: [5] })
      inner.start()
      await inner.join()
      process.exit(inner.exitCode ?? 99)
    },
  })
  outer.start()
  await outer.join()
  expect(outer.exitCode).toBe(5)
})

test('names count up, and are what messages say', async () => {
  const [first, second] = [Process({ target: exit, args: [0] }), Process({ target: exit, args: [0], name: null })]
  const number = Number(/^Process-(\d+)$/.exec(first.name)?.[1])
  expect(second.name).toBe(`Process-${number + 1}`)
  expect(() => first.kill()).toThrow(`cannot kill process '${first.name}': it was not started`)
  expect(await rejectionOf(second.join())).toBeInstanceOf(ContextError)
  first.start()
  expect(() => first.start()).toThrow(`cannot start process '${first.name}' twice`)
  await first.join()
})

test('calls what is wrong by its name', async () => {
  expect(() => Process({} as never)).toThrow("write Process({ target: fn, args: ['bob'] })")
  expect(() => Process({ target: square(2) } as never)).toThrow('`target` must be a function, got 4')
  expect(() => Process({ target: square, args: 3 } as never)).toThrow('`args` must be an array')
  expect(() => Process({ target: square, kwargs: {} } as never)).toThrow('unknown option `kwargs`')
  expect(() => Process({ target: exit, args: [0], workerUrl: '/nowhere/worker.js' }).start()).toThrow(OptionError)
  const process = Process({ target: exit, args: [0] })
  process.start()
  expect(await rejectionOf(process.join(-1))).toBeInstanceOf(OptionError)
  await process.join()
})
