/** What a task came to, as plain data: `Right` with its value or `Left` with the reason why there is none. */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Failure } from './failure.js'

/**
 * An fp-ts `Either`, so it pipes; plain data, so it travels. Written by hand here: loading fp-ts in a worker costs as much as starting it.
 *
 * @example
 * ```ts
 * import { delayed, type Outcome, Parallel } from 'joblet'
 *
 * const orZero = (outcome: Outcome<number>): number => (outcome._tag === 'Right' ? outcome.right : 0)
 * const parse = (text: string): number => JSON.parse(text)
 * const outcomes = await Parallel({ nJobs: 2, onError: 'collect' })(['1', '{'].map((text) => delayed(parse)(text)))
 * console.log(outcomes.map(orZero)) // [ 1, 0 ]
 * ```
 * @category Errors and failures
 */
export type Outcome<T> = Either<Failure, T>

/** The outcome of a task that gave `value`. */
export const success = <T>(value: T): Outcome<T> => ({ _tag: 'Right', right: value })

/** The outcome of a task that gave no value. */
export const failed = (failure: Failure): Outcome<never> => ({ _tag: 'Left', left: failure })

/**
 * The value of an outcome.
 *
 * @throws What the task threw, if it failed: the caller's own error, or one of ours with its `code`.
 * @example
 * ```ts
 * import { delayed, Parallel, unwrap } from 'joblet'
 *
 * const outcomes = await Parallel({ nJobs: 2, onError: 'collect' })(['1', '{', '3'].map((text) => delayed(JSON.parse)(text)))
 * console.log(outcomes.filter(({ _tag }) => _tag === 'Right').map(unwrap)) // [ 1, 3 ]
 * ```
 * @category Errors and failures
 */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome._tag === 'Left') throw outcome.left.error
  return outcome.right
}
