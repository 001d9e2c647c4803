/** What runs on this event loop keeps the contract of every backend, and the promises that only it makes. */
import { setTimeout as sleep } from 'node:timers/promises'
import { delayed, Parallel } from 'joblet'
import { expect, test } from 'vitest'
import { backendContract } from '../contracts/backend.js'
import { range } from '../contracts/subject.js'
import { busy, square } from '../fixtures/core/tasks.mjs'

backendContract('async')
backendContract('sequential')

/** Warnings of joblet while `act` runs, and one turn more. */
async function warningsDuring(act: () => Promise<unknown>): Promise<string[]> {
  const messages: string[] = []
  const hear = ({ name, message }: Error) => void (name === 'JobletWarning' && messages.push(message))
  process.on('warning', hear)
  await act()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', hear)
  return messages
}

test.each([{ backend: 'async' }, { backend: 'sequential' }, { nJobs: 1 }, { require: 'sharedmem' }] as const)(
  'with %j a task sees the objects of the caller',
  async (options) => {
    const seen: number[] = []
    const argument = { list: seen }
    const [same] = await Parallel(options)([delayed((given: typeof argument) => given.list.push(1) > 0 && given === argument)(argument)])
    expect([same, seen]).toEqual([true, [1]])
  },
)

test.each([{ backend: 'sequential' }, { nJobs: 1 }] as const)(
  'with %j a timeout is judged afterwards, with one warning for all tasks',
  async (options) => {
    const warnings = await warningsDuring(async () => {
      const outcomes = await Parallel({ ...options, onError: 'collect', timeout: 10 })(range(3).map((i) => delayed(busy)(30, i)))
      expect(outcomes).toMatchObject(range(3).map((index) => ({ left: { kind: 'timed-out', index } })))
    })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('nothing can stop it')
  },
)

test('on async a timeout rejects the task at once, without a warning, and the task runs on', async () => {
  let ended = false
  const slow = async () => {
    await sleep(150)
    ended = true
  }
  const warnings = await warningsDuring(async () => {
    const [outcome] = await Parallel({ backend: 'async', nJobs: 2, onError: 'collect', timeout: 20 })([delayed(slow)()])
    expect(outcome).toMatchObject({ left: { kind: 'timed-out' } })
    expect(ended).toBe(false)
  })
  expect(warnings).toEqual([])
  await expect.poll(() => ended).toBe(true)
})

test.each([1, 2, 5])('async keeps nJobs tasks in flight: %i', async (nJobs) => {
  let [now, most] = [0, 0]
  const task = async () => {
    most = Math.max(most, ++now)
    await sleep(2)
    now--
  }
  await Parallel({ backend: 'async', nJobs, preDispatch: 'all' })(range(20).map(() => delayed(task)()))
  expect([now, most]).toEqual([0, nJobs])
})

test('sequential runs one task after the other, in order', async () => {
  const story: string[] = []
  const task = async (i: number) => {
    story.push(`${i} begins`)
    await sleep(1)
    story.push(`${i} ends`)
  }
  await Parallel({ backend: 'sequential' })(range(3).map((i) => delayed(task)(i)))
  expect(story).toEqual(range(3).flatMap((i) => [`${i} begins`, `${i} ends`]))
})

test('the rest of the program gets its turn while short tasks run for long', async () => {
  let turns = 0
  const timer = setInterval(() => (turns += 1), 5)
  await Parallel({ backend: 'sequential' })(range(40).map((i) => delayed(busy)(5, i)))
  clearInterval(timer)
  expect(turns).toBeGreaterThan(4)
})

test('an initializer runs once, before the first task', async () => {
  let runs = 0
  await Parallel({ backend: 'async', nJobs: 3, initializer: () => ++runs })(range(9).map((i) => delayed(square)(i)))
  expect(runs).toBe(1)
})

test.each(['env', 'execArgv', 'resourceLimits'])('%s is refused: there is no worker to have it', (name) => {
  const value = name === 'execArgv' ? ['--no-warnings'] : {}
  expect(() => Parallel({ backend: 'async', [name]: value })).toThrow(`\`${name}\` is for workers`)
})
