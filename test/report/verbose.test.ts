import { expect, test } from 'vitest'
import type { RunEvent } from '../../src/events.js'
import { verboseListener } from '../../src/report/verbose.js'

const story = (verbose: number, events: readonly RunEvent[]): string => {
  let text = ''
  const listener = verboseListener({ verbose, nJobs: 2, write: (line) => (text += line) })
  for (const event of events) listener(event)
  return text
}

const task = (index: number): RunEvent => ({ type: 'task-settled', atMs: 100 * (index + 1), index, failure: undefined })
const sent = (batch: number): RunEvent => ({ type: 'batch-sent', atMs: 0, batch, tasks: 1 })
const settled = (batch: number): RunEvent => ({ type: 'batch-settled', atMs: 100 * (batch + 1), batch, tasks: 1, busyMs: 100 })

const run = (total: number | undefined): RunEvent[] => [
  { type: 'run-started', backend: 'threads', workers: 2, total },
  ...[0, 1, 2].flatMap((i) => [sent(i), task(i), settled(i)]),
  sent(3),
  { type: 'input-ended', atMs: 300, total: 5 },
  { type: 'batch-sized', atMs: 300, size: 2, taskMs: 1 },
  sent(4),
  ...[3, 4].flatMap((i) => [task(i), settled(i)]),
  { type: 'run-settled', atMs: 500, done: 5, failed: 0 },
]

test('above level 10, each batch has its line', () => {
  expect(story(11, run(5))).toMatchInlineSnapshot(`
    "[Parallel(nJobs=2)]: Using backend threads with 2 concurrent workers.
    [Parallel(nJobs=2)]: Done 1 out of 5 | elapsed:    0.1s
    [Parallel(nJobs=2)]: Done 2 out of 5 | elapsed:    0.2s
    [Parallel(nJobs=2)]: Done 3 out of 5 | elapsed:    0.3s
    [Parallel(nJobs=2)]: Batch computation too fast (0.0010s.) Setting batchSize=2.
    [Parallel(nJobs=2)]: Done 5 out of 5 | elapsed:    0.5s finished
    "
  `)
})

test('an input of unknown length is counted, then foretold once it has ended', () => {
  expect(story(11, run(undefined))).toMatchInlineSnapshot(`
    "[Parallel(nJobs=2)]: Using backend threads with 2 concurrent workers.
    [Parallel(nJobs=2)]: Done   1 tasks      | elapsed:    0.1s
    [Parallel(nJobs=2)]: Done   2 tasks      | elapsed:    0.2s
    [Parallel(nJobs=2)]: Done   3 tasks      | elapsed:    0.3s
    [Parallel(nJobs=2)]: Batch computation too fast (0.0010s.) Setting batchSize=2.
    [Parallel(nJobs=2)]: Done 5 out of 5 | elapsed:    0.5s finished
    "
  `)
})

test('at level 1, few lines remain, and sizes are not told', () => {
  expect(story(1, run(undefined))).toMatchInlineSnapshot(`
    "[Parallel(nJobs=2)]: Using backend threads with 2 concurrent workers.
    [Parallel(nJobs=2)]: Done 5 out of 5 | elapsed:    0.5s finished
    "
  `)
})

test('a run that ends early does not claim to have finished', () => {
  expect(story(11, [...run(5).slice(0, 4), { type: 'run-settled', atMs: 9, done: 1, failed: 1 }])).not.toContain('finished')
})

test('nothing is told of a run that has finished', () => {
  const late: RunEvent = { type: 'batch-sized', atMs: 501, size: 8, taskMs: 1 }
  expect(story(50, [...run(5), late, settled(5)])).toBe(story(50, run(5)))
})

test('one worker needs no introduction', () => {
  expect(story(11, [{ type: 'run-started', backend: 'sequential', workers: 1, total: 1 }])).toBe('')
})
