/** What a task may ask about where it runs. Worker-safe. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { ContextError } from '../errors.js'
import { own } from '../own.js'

/** Where a task runs. */
export interface TaskContext {
  /** Place of the task in the run's input, from 0. */
  readonly index: number
  /** How often the task has been started, this time included. */
  readonly attempt: number
  /** The worker's number, from 1; 0 when the task runs in the program itself. */
  readonly workerId: number
  /** What the run's `initializer` returned in this worker. */
  readonly state: unknown
}

// A worker runs one task at a time, so one object, written over, is enough; tasks on a caller's own loop may overlap and need one per flow.
let current: TaskContext | undefined
let flows: AsyncLocalStorage<TaskContext> | undefined

/**
 * Where the running task runs, and what the run's `initializer` prepared for it.
 *
 * @throws {ContextError} Outside of a task.
 * @example
 * const count = (text: string) => (taskContext().state as Counter).count(text)
 */
export const taskContext = own('taskContext', (): TaskContext => {
  const context = flows?.getStore() ?? current
  if (context === undefined) throw new ContextError('cannot give a task context: no task is running here; call taskContext() inside a task')
  return { ...context }
})

/** Name the task that is about to run in this worker, or none. */
export function enterTask(context: TaskContext | undefined): void {
  current = context
}

/** Run `task` on the caller's own event loop, where others may be in flight. */
export function runAsTask<T>(context: TaskContext, task: () => T): T {
  flows ??= new AsyncLocalStorage()
  return flows.run(context, task)
}
