/** Why a task gave no value, and how to find that out from the error a run rejected with. */
import type { Outcome } from './outcome.js'

/** How a task failed. */
export type FailureKind = 'thrown' | 'crashed' | 'timed-out' | 'cancelled' | 'unsendable'

/** Why a task gave no value. */
export interface Failure {
  readonly kind: FailureKind
  /** What the task threw, as it was thrown; or our own error with a `code`, for every other kind. */
  readonly error: unknown
  /** Place of the task in the input, from 0. */
  readonly index: number
  /** The task's own label, when it was given one. */
  readonly label?: string
  /** How often the task was started. */
  readonly attempts: number
}

/** The failure that made a run reject, with what the other tasks had come to by then. */
export interface RunFailure extends Failure {
  /** By index; `undefined` where a task had not ended, and shorter than the input when its last tasks had not. A stream keeps only what it has not handed out. */
  readonly outcomes: readonly (Outcome<unknown> | undefined)[]
}

const byObject = new WeakMap<object, RunFailure>()
// A thrown string or null cannot be a weak key; a run's caller asks right away, so the last few are enough.
const byPrimitive = new Map<unknown, RunFailure>()
const primitivesKept = 32

/**
 * The failure behind an error that a run rejected with, found by identity; the error itself is not touched.
 *
 * @returns `undefined` if no run rejected with `error`. For a thrown primitive (`throw null`), the latest run that rejected with an equal one.
 * @example
 * try {
 *   await Parallel()(tasks)
 * } catch (error) {
 *   const failure = failureOf(error)
 *   console.error(`task ${failure?.index} failed`, failure?.outcomes)
 * }
 */
export function failureOf(error: unknown): RunFailure | undefined {
  return isWeakKey(error) ? byObject.get(error) : byPrimitive.get(error)
}

/** Remember `failure` under its error, for {@link failureOf}. */
export function rememberFailure(failure: RunFailure): void {
  const { error } = failure
  if (isWeakKey(error)) {
    byObject.set(error, failure)
    return
  }
  byPrimitive.delete(error)
  byPrimitive.set(error, failure)
  if (byPrimitive.size > primitivesKept) byPrimitive.delete(byPrimitive.keys().next().value)
}

const isWeakKey = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function'
