/** Whether a task that failed is tried again, and when. Pure. */
import { OptionError } from '../../errors.js'
import type { FailureKind } from '../../failure.js'
import { show } from '../../options.js'
import type { Retries } from '../../task.js'

/** What went wrong with a task that may be tried again. */
export type RetryReason = 'crash' | 'error' | 'timeout'

/** {@link Retries} with nothing left out. */
export interface RetryPolicy {
  readonly crash: number
  readonly error: number
  readonly timeout: number
  readonly delay: number | ((attempt: number) => number)
}

/** How often a task was tried again, by reason. */
export type Spent = Readonly<Record<RetryReason, number>>

/** Never tried again. */
export const unspent: Spent = { crash: 0, error: 0, timeout: 0 }

// A Node timer that is set for longer fires at once.
export const longestMs = 2 ** 31 - 1

/** Whether a timer can be set for `value`. */
export const isFiniteMs = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= longestMs

/** What `retries` says; a number is for crashes. */
export function toPolicy(retries: number | Retries): RetryPolicy {
  const { crash = 0, error = 0, timeout = 0, delay = 0 } = typeof retries === 'number' ? { crash: retries } : retries
  return { crash, error, timeout, delay }
}

/** The reason that a failure counts under; what cannot travel would not travel again, and what was called off stays so. */
export function reasonFor(kind: FailureKind): RetryReason | undefined {
  if (kind === 'thrown') return 'error'
  if (kind === 'timed-out') return 'timeout'
  return kind === 'crashed' ? 'crash' : undefined
}

/** What is spent once the task is tried again for `reason`; `undefined` if it is not, since all its tries are. */
export const spend = (policy: RetryPolicy, spent: Spent, reason: RetryReason): Spent | undefined =>
  spent[reason] < policy[reason] ? { ...spent, [reason]: spent[reason] + 1 } : undefined

/**
 * Milliseconds between attempt number `attempt`, which failed, and the next.
 *
 * @throws {OptionError} If the caller's function gives something else.
 * @throws What the caller's function throws.
 */
export function delayAfter({ delay }: RetryPolicy, attempt: number): number {
  const delayMs: unknown = typeof delay === 'number' ? delay : delay(attempt)
  if (isFiniteMs(delayMs)) return delayMs
  const expected = `must give a number of milliseconds from 0, at most ${longestMs}`
  throw new OptionError('Parallel', [`\`retries.delay\` ${expected}, and gave ${show(delayMs)} after attempt ${attempt}`])
}
