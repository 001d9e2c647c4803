/** Worker processes together start no more threads than the machine has CPUs; whoever knows better is believed. */
import { cpuCount, delayed, Parallel } from 'joblet'
import { afterEach, expect, test } from 'vitest'
import { threadLimits } from '../../src/backend/launch/thread-limits.js'

const runners: { close(): Promise<void> }[] = []
afterEach(() => Promise.all(runners.splice(0).map((runner) => runner.close())))

const names = ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'UV_THREADPOOL_SIZE'] as const
const seen = () => ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'UV_THREADPOOL_SIZE'].map((name) => process.env[name])

const share = String(Math.max(1, Math.floor(cpuCount() / 2)))

/** What the first of two workers sees. */
const inWorker = async (backend: 'threads' | 'processes', env?: Record<string, string | undefined>) => {
  const runner = Parallel({ backend, nJobs: 2, env })
  runners.push(runner)
  const [variables] = await runner([delayed(seen)(), delayed(seen)()])
  return variables
}

test.each([
  [1, '1', '2'],
  [3, '3', '3'],
  [64, '64', '4'],
])('a share of %d CPUs is as many threads of a library, and two to four of Node', (cpus, library, node) => {
  const limits = threadLimits(cpus, { inherited: {}, asked: undefined, ours: undefined })
  expect(names.map((name) => limits[name])).toEqual([library, library, node])
})

test('what the user has set or asked to remove is left alone, what joblet set for this process is not', () => {
  const inherited = { OMP_NUM_THREADS: '8', MKL_NUM_THREADS: '8' }
  const limits = threadLimits(1, { inherited, asked: { UV_THREADPOOL_SIZE: undefined }, ours: { OMP_NUM_THREADS: '8' } })
  expect(names.map((name) => limits[name])).toEqual(['1', undefined, undefined])
})

test('a worker process is told its share', async () => {
  expect(await inWorker('processes')).toEqual([share, share, String(Math.min(4, Math.max(2, Number(share))))])
})

test('a value of the user wins, from the environment or from `env`', async () => {
  process.env['OMP_NUM_THREADS'] = '7'
  try {
    expect(await inWorker('processes', { MKL_NUM_THREADS: '5', UV_THREADPOOL_SIZE: undefined })).toEqual(['7', '5', undefined])
  } finally {
    delete process.env['OMP_NUM_THREADS']
  }
})

test('a thread has the environment of its process', async () => {
  expect(await inWorker('threads')).toEqual(names.map((name) => process.env[name]))
})

test('a process in a process has its share of a share', async () => {
  const inner = async () => {
    const runner = Parallel({ backend: 'processes', nJobs: 2 })
    const [variables] = await runner([1, 2].map(() => delayed(() => process.env['OMP_NUM_THREADS'])()))
    await runner.close()
    return [process.env['OMP_NUM_THREADS'], variables]
  }
  const runner = Parallel({ backend: 'processes', nJobs: 1, env: { JOBLET_MAX_CPU_COUNT: '4' } })
  runners.push(runner)
  const [[outer, variables] = []] = await runner([delayed(inner)()])
  expect(Number(variables)).toBe(Math.max(1, Math.floor(Number(outer) / 2)))
})
