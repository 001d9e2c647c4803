/** What calls of a function took when it ran last: the next run need not find out again. */
import type { AnyFunction } from '../../task.js'

const costs = new WeakMap<AnyFunction, number>()

/** What a call took, in milliseconds; undefined of a function that has not run. */
export const costOf = (fn: AnyFunction): number | undefined => costs.get(fn)

/** Calls of `fn` take so many milliseconds. */
export function noteCost(fn: AnyFunction, taskMs: number): void {
  costs.set(fn, taskMs)
}
