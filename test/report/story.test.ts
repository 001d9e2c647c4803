/** The story of a run, line by line. */
import { expect, test } from 'vitest'
import type { RunEvent } from '../../src/events.js'
import { stallAdvice } from '../../src/report/stall-advice.js'
import { storyListener } from '../../src/report/story.js'

const story = (events: readonly RunEvent[], where?: string): string => {
  let text = ''
  const listener = storyListener(3, where, (line) => (text += line))
  for (const event of events) listener(event)
  return text
}

const stuck = { index: 4, lastIndex: 7, label: 'L', worker: 2, forMs: 61_000 }

test('each thing that happens is a short line with its time; tasks that succeed are not told of', () => {
  const events: RunEvent[] = [
    { type: 'run-started', backend: 'processes', workers: 2, total: undefined },
    { type: 'worker-started', atMs: 12.34, worker: 2, pid: 1234, threadId: undefined, bootMs: 41.7 },
    { type: 'worker-started', atMs: 13, worker: 1, pid: undefined, threadId: 5, bootMs: 40 },
    { type: 'batch-sent', atMs: 14, batch: 7, tasks: 1 },
    { type: 'batch-assigned', atMs: 14.1, batch: 7, worker: 2 },
    { type: 'task-settled', atMs: 15, index: 0, failure: undefined },
    { type: 'task-settled', atMs: 15, index: 1, failure: 'thrown' },
    { type: 'batch-settled', atMs: 16, batch: 7, tasks: 8, busyMs: 1.25 },
    { type: 'batch-sized', atMs: 16, size: 64, taskMs: 0.0123 },
    { type: 'worker-lost', atMs: 17, worker: 2, exitCode: undefined, signal: 'SIGKILL' },
    { type: 'worker-lost', atMs: 17, worker: undefined, exitCode: 3, signal: undefined },
    { type: 'task-retried', atMs: 18, index: 2, attempt: 2, reason: 'crash', delayMs: 0 },
    { type: 'task-retried', atMs: 18, index: 3, attempt: 2, reason: 'error', delayMs: 500 },
    { type: 'task-progress', atMs: 19, index: 3, attempt: 2, label: undefined, progress: 0.256 },
    { type: 'task-progress', atMs: 19, index: 3, attempt: 2, label: undefined, progress: 'half' },
    { type: 'stalled', atMs: 60_018, quietMs: 60_000, waitingFor: 'tasks', tasks: [stuck] },
    { type: 'input-ended', atMs: 70_000, total: 9 },
    { type: 'run-settled', atMs: 70_001, done: 9, failed: 1 },
  ]
  expect(story(events)).toMatchInlineSnapshot(`
    "joblet run 3 +0.0ms begins: tasks on processes, 2 at a time
    joblet run 3 +12.3ms worker 2 started in 42 ms (pid 1234)
    joblet run 3 +13.0ms worker 1 started in 40 ms (thread 5)
    joblet run 3 +14.0ms batch 7 is ready: 1 task
    joblet run 3 +14.1ms batch 7 goes to worker 2
    joblet run 3 +15.0ms task 1 has failed: thrown
    joblet run 3 +16.0ms batch 7 is over: 8 tasks in 1.3 ms
    joblet run 3 +16.0ms batches hold 64 tasks from now on, at 0.012 ms each
    joblet run 3 +17.0ms worker 2 is lost: SIGKILL
    joblet run 3 +17.0ms worker is lost: exit code 3
    joblet run 3 +18.0ms task 2 runs again after its crash: attempt 2
    joblet run 3 +18.0ms task 3 runs again after its error, in 500 ms: attempt 2
    joblet run 3 +19.0ms task 3 reports 26 %
    joblet run 3 +19.0ms task 3 reports half
    joblet run 3 +60018.0ms nothing has moved for 60000 ms, waiting for tasks; one of tasks 4 to 7 (L) runs on worker 2 since 61 s
    joblet run 3 +70000.0ms the input has ended: 9 tasks
    joblet run 3 +70001.0ms is over: 9 tasks, 1 failed
    "
  `)
})

test('a run inside a worker says where it is', () => {
  expect(story([{ type: 'run-started', backend: 'sequential', workers: 1, total: 1 }], 'in worker 2: ')).toBe(
    'joblet in worker 2: run 3 +0.0ms begins: 1 task on sequential, 1 at a time\n',
  )
})

test('advice names five tasks at most, and says when no worker has begun', () => {
  const many = Array.from({ length: 8 }, (_, index) => ({ index, lastIndex: index, label: undefined, worker: index, forMs: 400 }))
  expect(stallAdvice(1, 60_000, many)).toMatch(/task 4 runs on worker 4 since 0\.4 s, 3 more\. /)
  expect(stallAdvice(1, 60_000, [])).toMatch(/^nothing has moved in run 1 for 60 s: no worker has taken its tasks yet; /)
})
