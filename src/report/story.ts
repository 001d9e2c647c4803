/** The story of a run, one short line for each thing that happens: what `JOBLET_DEBUG=1` prints. */
import type { Listener, RunEvent } from '../events.js'
import { runningText } from './stall-advice.js'

/**
 * A listener that prints the story of run number `run`. Tasks are told of when they fail.
 *
 * @param where Empty in the program itself; in a worker, which one.
 */
export function storyListener(run: number, where = '', write: (text: string) => void = toStderr): Listener {
  return (event) => {
    const line = storyLine(event)
    if (line === undefined) return
    const atMs = event.type === 'run-started' ? 0 : event.atMs
    write(`joblet ${where}run ${run} +${atMs.toFixed(1)}ms ${line}\n`)
  }
}

const toStderr = (text: string): void => void process.stderr.write(text)

/** An event in short; undefined for one that is not worth a line. */
export function storyLine(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'run-started':
      return `begins: ${count(event.total, 'task')} on ${event.backend}, ${event.workers} at a time`
    case 'worker-started':
      return `worker ${event.worker} started in ${event.bootMs.toFixed(0)} ms (${event.pid === undefined ? `thread ${event.threadId}` : `pid ${event.pid}`})`
    case 'batch-sent':
      return `batch ${event.batch} is ready: ${count(event.tasks, 'task')}`
    case 'batch-assigned':
      return `batch ${event.batch} goes to worker ${event.worker}`
    case 'batch-settled':
      return `batch ${event.batch} is over: ${count(event.tasks, 'task')} in ${event.busyMs.toFixed(1)} ms`
    case 'batch-sized':
      return `batches hold ${count(event.size, 'task')} from now on, at ${event.taskMs.toPrecision(2)} ms each`
    case 'task-settled':
      return event.failure === undefined ? undefined : `task ${event.index} has failed: ${event.failure}`
    case 'task-retried':
      return `task ${event.index} runs again after its ${event.reason}${event.delayMs > 0 ? `, in ${event.delayMs} ms` : ''}: attempt ${event.attempt}`
    case 'task-progress':
      return `task ${event.index} reports ${typeof event.progress === 'number' ? `${Math.round(100 * event.progress)} %` : event.progress}`
    case 'worker-lost':
      return `worker ${event.worker ?? ''} is lost: ${event.signal ?? `exit code ${event.exitCode ?? 'unknown'}`}`.replace('  ', ' ')
    case 'stalled':
      return `nothing has moved for ${event.quietMs.toFixed(0)} ms, waiting for ${[event.waitingFor, ...event.tasks.map(runningText)].join('; ')}`
    case 'input-ended':
      return `the input has ended: ${count(event.total, 'task')}`
    case 'run-settled':
      return `is over: ${count(event.done, 'task')}, ${event.failed} failed`
  }
}

const count = (n: number | undefined, what: string): string => (n === undefined ? `${what}s` : `${n} ${what}${n === 1 ? '' : 's'}`)
