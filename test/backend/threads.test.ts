/** Threads keep the contract of every backend, and that of workers. */
import { delayed, Parallel, shared } from 'joblet'
import { expect, test } from 'vitest'
import { backendContract } from '../contracts/backend.js'
import { workersContract } from '../contracts/workers.js'
import { tenfold } from '../fixtures/core/slow-to-load.mjs'

backendContract('threads')
workersContract('threads')

test('a pool that is closed while one of its threads starts lets it start first: Node would leave the file open that it loads', async () => {
  const begunAndReady = shared(new Int32Array(2))
  const initializer = async () => {
    if (Atomics.add(begunAndReady, 0, 1) === 1) await new Promise((resolve) => setTimeout(resolve, 50))
    Atomics.add(begunAndReady, 1, 1)
  }
  const runner = Parallel({ nJobs: 2, backend: 'threads', batchSize: 1, initializer })
  expect(await runner([1, 2].map((x) => delayed(Math.sqrt)(x * x)))).toEqual([1, 2])
  await runner.close()
  expect(begunAndReady).toEqual(new Int32Array([2, 2]))
})

test('a thread that still loads when others have done its share is kept', async () => {
  let starts = 0
  const count = () => (starts += 1)
  process.on('worker', count)
  const initialized = shared(new Int32Array(1))
  const initializer = () => Object.assign(globalThis, { isSlow: Atomics.add(initialized, 0, 1) === 1 })
  const runner = Parallel({ nJobs: 2, backend: 'threads', initializer })
  const bothWork = async () => {
    const met = shared(new Int32Array(1))
    await runner([1, 2].map(() => delayed(meet)(met)))
  }
  await bothWork()
  expect(await runner([1, 2, 3, 4].map((x) => delayed(tenfold)(x)))).toEqual([10, 20, 30, 40])
  await bothWork()
  await runner.close()
  process.off('worker', count)
  expect(starts).toBe(2)
})

/** Takes two workers at once. */
const meet = async (met: Int32Array) => {
  Atomics.add(met, 0, 1)
  while (Atomics.load(met, 0) < 2) await new Promise((resolve) => setTimeout(resolve, 1))
}
