/** Threads keep the contract of every backend, and that of workers. */
import { delayed, Parallel, shared } from 'joblet'
import { expect, test } from 'vitest'
import { backendContract } from '../contracts/backend.js'
import { workersContract } from '../contracts/workers.js'

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
