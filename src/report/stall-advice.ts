/** What is said of a run in which nothing moves. Pure. */
import type { RunningTask } from '../events.js'

// More of them tell nothing new.
const most = 5

/** A warning with advice. @param tasks Those that run; none: no worker has begun anything. */
export function stallAdvice(run: number, quietMs: number, tasks: readonly RunningTask[]): string {
  const quiet = `nothing has moved in run ${run} for ${seconds(quietMs)}`
  if (tasks.length === 0) {
    return `${quiet}: no worker has taken its tasks yet; workers that start slowly may wait for \`initializer\`, or other runs keep them busy. JOBLET_DEBUG=1 tells what happens`
  }
  const shown = tasks.slice(0, most).map(runningText)
  const more = tasks.length > most ? [`${tasks.length - most} more`] : []
  return `${quiet}; ${[...shown, ...more].join(', ')}. If they should not take so long, \`timeout\` ends them, and JOBLET_DEBUG=1 tells what happens; if they may, set a larger \`stallMs\`, or null`
}

/** A task that runs, in short. */
export function runningText({ index, lastIndex, label, worker, forMs }: RunningTask): string {
  const task = index === lastIndex ? `task ${index}` : `one of tasks ${index} to ${lastIndex}`
  const named = label === undefined ? task : `${task} (${label})`
  const where = worker === undefined || worker === 0 ? '' : ` on worker ${worker}`
  return `${named} runs${where}${forMs === undefined ? '' : ` since ${seconds(forMs)}`}`
}

const seconds = (ms: number): string => (ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`)
