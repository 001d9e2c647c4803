/** Calling a task here. */
import type { Task } from '../../task.js'

/** What the task's function gives. @throws What it throws. */
export function callNow({ fn, many, only }: Task): unknown {
  const callable = fn as (...args: readonly unknown[]) => unknown
  return many === undefined ? callable(only) : callable(...many)
}
