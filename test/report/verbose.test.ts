import { readFileSync } from 'node:fs'
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
    [Parallel(nJobs=2)]: Done   5 out of   5 | elapsed:    0.5s finished
    "
  `)
})

test('at level 1, few lines remain, and sizes are not told', () => {
  expect(story(1, run(undefined))).toMatchInlineSnapshot(`
    "[Parallel(nJobs=2)]: Using backend threads with 2 concurrent workers.
    [Parallel(nJobs=2)]: Done   5 out of   5 | elapsed:    0.5s finished
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

/** Twelve tasks that take equally long, as record_verbose.py runs them. */
const twelve = (nJobs: number, total: number | undefined, ahead: number): RunEvent[] => [
  { type: 'run-started', backend: 'processes', workers: nJobs, total },
  ...Array.from({ length: Math.min(ahead, 12) }, (_, i) => sent(i)),
  ...(ahead > 12 ? [inputEnded] : []),
  ...Array.from({ length: 12 }, (_, i) => [
    task(i),
    ...(ahead > 0 ? [settled(i)] : []),
    ...(ahead > 0 && i + ahead < 12 ? [sent(i + ahead)] : []),
    ...(i + ahead === 12 ? [inputEnded] : []),
  ]).flat(),
  ...(ahead === 0 ? [inputEnded] : []),
  { type: 'run-settled', atMs: 1_200, done: 12, failed: 0 },
]
const inputEnded: RunEvent = { type: 'input-ended', atMs: 900, total: 12 }

const cases: Record<string, { readonly nJobs: number; readonly events: readonly RunEvent[] }> = {
  known: { nJobs: 2, events: twelve(2, 12, 4) },
  unknown: { nJobs: 2, events: twelve(2, undefined, 4) },
  all: { nJobs: 2, events: twelve(2, undefined, Number.POSITIVE_INFINITY) },
  one: { nJobs: 1, events: twelve(1, undefined, 0) },
}

const recorded = readFileSync(new URL('verbose.joblib.txt', import.meta.url), 'utf8')
  .split(/^== /m)
  .slice(1)

test('joblib has been recorded in each case at five levels', () => {
  expect(recorded).toHaveLength(5 * Object.keys(cases).length)
})

test.each(recorded.map((part) => /^(?<name>\w+) (?<level>\d+)\n(?<lines>[\s\S]*)$/.exec(part)?.groups ?? {}))(
  'lines of $name at level $level are those of joblib',
  ({ name = '', level, lines }) => {
    const { nJobs, events } = cases[name] ?? { nJobs: 0, events: [] }
    let text = ''
    const listener = verboseListener({ verbose: Number(level), nJobs, write: (line) => (text += line) })
    for (const event of events) listener(event)
    expect(text.replaceAll(/(elapsed|remaining): +[\d.]+(s|min)/g, '$1: *')).toBe(lines)
  },
)
