/** Whether a task that failed is tried again: the run's policy or its own decides, and the run hears of it. */
import type { FailureKind } from '../../failure.js'
import type { TaskOptions } from '../../task.js'
import { delayAfter, reasonFor, type Spent, spend, toPolicy } from '../options/retry.js'
import type { Run } from './run.js'

/** An attempt that failed. */
export interface FailedTry {
  readonly index: number
  readonly kind: FailureKind
  /** Its number, from 1. */
  readonly attempt: number
  readonly spent: Spent
  readonly options: TaskOptions | undefined
}

/** Another attempt. */
export interface NextTry {
  readonly spent: Spent
  readonly delayMs: number
}

/** The next attempt; `undefined` if there is none. A caller's `delay` that throws or gives no time ends the run. */
export function nextTry(run: Run, { index, kind, attempt, spent, options }: FailedTry): NextTry | undefined {
  const reason = reasonFor(kind)
  if (reason === undefined) return undefined
  const policy = options?.retries === undefined ? run.options.retries : toPolicy(options.retries)
  const next = spend(policy, spent, reason)
  if (next === undefined) return undefined
  try {
    const delayMs = delayAfter(policy, attempt)
    run.tell({ type: 'task-retried', atMs: run.atMs, index, attempt: attempt + 1, reason, delayMs })
    // Whoever was asked or told may have called the run off.
    return run.isCalledOff ? undefined : { spent: next, delayMs }
  } catch (error) {
    run.fail(error)
    return undefined
  }
}
