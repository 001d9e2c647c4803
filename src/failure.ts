/** Why a task gave no value, and how to find that out from the error a run rejected with. */
import type { Outcome } from './outcome.js'

/**
 * How a task failed.
 *
 * @example
 * ```ts
 * import { delayed, type FailureKind, Parallel } from 'joblet'
 *
 * const counts = new Map<FailureKind, number>()
 * const outcomes = await Parallel({ nJobs: 2, onError: 'collect' })(['1', '{'].map((text) => delayed(JSON.parse)(text)))
 * for (const outcome of outcomes)
 *   if (outcome._tag === 'Left') counts.set(outcome.left.kind, (counts.get(outcome.left.kind) ?? 0) + 1)
 * console.log(counts) // Map(1) { 'thrown' => 1 }
 * ```
 * @category Errors and failures
 */
export type FailureKind = 'thrown' | 'crashed' | 'timed-out' | 'cancelled' | 'unsendable'

/**
 * Why a task gave no value.
 *
 * @example
 * ```ts
 * import { delayed, type Failure, Parallel } from 'joblet'
 *
 * const inWords = ({ label, kind, attempts, error }: Failure): string => `${label} ${kind} at attempt ${attempts}: ${error}`
 * const tasks = ['1', '{'].map((text, i) => delayed(JSON.parse, { label: `line ${i}` })(text))
 * for (const outcome of await Parallel({ nJobs: 2, onError: 'collect' })(tasks))
 *   if (outcome._tag === 'Left') console.error(inWords(outcome.left))
 * ```
 * @category Errors and failures
 */
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

/**
 * The failure that made a run reject, with what the other tasks had come to by then.
 *
 * @example
 * ```ts
 * import { delayed, failureOf, Parallel, type RunFailure } from 'joblet'
 *
 * const doneBefore = ({ outcomes }: RunFailure): number => outcomes.filter((outcome) => outcome?._tag === 'Right').length
 * try {
 *   await Parallel({ backend: 'sequential' })(['1', '2', '{'].map((text) => delayed(JSON.parse)(text)))
 * } catch (error) {
 *   const failure = failureOf(error)
 *   console.log(failure && doneBefore(failure)) // 2
 * }
 * ```
 * @category Errors and failures
 */
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
 * ```ts
 * import { delayed, failureOf, Parallel } from 'joblet'
 *
 * try {
 *   await Parallel({ nJobs: 2 })(['1', '{'].map((text) => delayed(JSON.parse)(text)))
 * } catch (error) {
 *   const failure = failureOf(error)
 *   console.log(failure?.index, failure?.kind) // 1 thrown
 * }
 * ```
 * @category Errors and failures
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
