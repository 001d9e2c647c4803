/** What a task may ask about where it runs. Worker-safe. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { ContextError } from '../errors.js'
import { own } from '../own.js'
import { type RunningTask, type TaskContext, TaskView } from './running-task.js'

// A worker runs one task at a time, so one object, written over, is enough; tasks on a caller's own loop may overlap and need one per flow.
let current: RunningTask | undefined
let flows: AsyncLocalStorage<RunningTask> | undefined

/**
 * Where the running task runs, what the run's `initializer` prepared for it, and how it hears that it is to stop.
 *
 * @throws {ContextError} Outside of a task.
 * @example
 * ```ts
 * import { delayed, Parallel, taskContext } from 'joblet'
 *
 * const words = () => new Set(['tree', 'bee']) // made once in each worker
 * const isWord = (text: string) => (taskContext().state as Set<string>).has(text)
 * console.log(await Parallel({ nJobs: 2, initializer: words })(['tree', 'eert'].map((text) => delayed(isWord)(text)))) // [ true, false ]
 * ```
 * @category Tasks
 */
export const taskContext = own('taskContext', (): TaskContext => {
  const task = flows?.getStore() ?? current
  if (task === undefined) throw new ContextError('cannot give a task context: no task is running here; call taskContext() inside a task')
  return (task.view ??= new TaskView(task))
})

/** Name the task that is about to run in this worker, or none. */
export function enterTask(task: RunningTask | undefined): void {
  current = task
}

/** The task that runs in this worker is to stop. */
export const stopTask = (reason: unknown): void => current?.stop(reason)

/** Run `task` on the caller's own event loop, where others may be in flight. */
export function runAsTask<T>(running: RunningTask, task: () => T): T {
  flows ??= new AsyncLocalStorage()
  return flows.run(running, task)
}
