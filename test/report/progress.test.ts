import { expect, test, vi } from 'vitest'
import type { RunEvent } from '../../src/events.js'
import { progressListener } from '../../src/report/progress.js'

const task = (atMs: number, failure?: 'thrown'): RunEvent => ({ type: 'task-settled', atMs, index: 0, failure })
const tell = (...events: RunEvent[]) => {
  const onProgress = vi.fn()
  const listener = progressListener(onProgress)
  for (const event of events) listener(event)
  return onProgress.mock.calls.map(([progress]) => progress)
}

test('each task is told, with the time that is left if the length is known', () => {
  expect(tell({ type: 'run-started', backend: 'threads', workers: 2, total: 4 }, task(100), task(120, 'thrown'))).toEqual([
    { done: 1, failed: 0, total: 4, elapsedMs: 100, etaMs: 300 },
    { done: 2, failed: 1, total: 4, elapsedMs: 120, etaMs: 120 },
  ])
})

test('the total appears once the input has ended', () => {
  const events: RunEvent[] = [
    { type: 'run-started', backend: 'threads', workers: 2, total: undefined },
    task(10),
    { type: 'input-ended', atMs: 11, total: 2 },
    task(20),
  ]
  expect(tell(...events)).toEqual([
    { done: 1, failed: 0, elapsedMs: 10 },
    { done: 2, failed: 0, total: 2, elapsedMs: 20, etaMs: 0 },
  ])
})

test('what a task reports is told beside the counts, which stay', () => {
  const report = { type: 'task-progress', atMs: 50, index: 3, attempt: 1 } as const
  const told = tell({ ...report, label: undefined, progress: 0.25 }, { ...report, label: 'three', progress: 'halfway' })
  expect(told).toEqual([
    { done: 0, failed: 0, elapsedMs: 50, task: { index: 3, fraction: 0.25 } },
    { done: 0, failed: 0, elapsedMs: 50, task: { index: 3, label: 'three', message: 'halfway' } },
  ])
})

test('an error of onProgress reaches the run', () => {
  const listener = progressListener(() => {
    throw new Error('no terminal')
  })
  expect(() => listener(task(1))).toThrow('no terminal')
})
