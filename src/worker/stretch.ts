/** A stretch of calls: what a process writes down before it begins them, since a word for each would cost more than most calls. Pure. */

/** Calls of a batch: those before `from` have ended, those from `to` on have not begun. */
export interface Stretch {
  readonly batch: number
  readonly from: number
  readonly to: number
}

/** When this long has been seen to pass, a new stretch begins: calls that suddenly take ten times as long still make one millisecond or so. */
export const longestMs = 1

const aimMs = 0.5
const growth = 8
// A stretch costs 1.4 us, and what is in the same as a call that comes to take long cannot run elsewhere.
const shortestMs = 0.02

/**
 * How many calls the next stretch should have, after `calls` took `ms`: as many as should take half a millisecond, but half of those that are left of
 * the batch at most, since nothing comes behind the last ones that would keep the other workers busy.
 */
export function nextStretch(calls: number, ms: number, left: number): number {
  const within = (limitMs: number) => Math.floor((calls * limitMs) / ms)
  return Math.max(1, Math.min(growth * calls, within(aimMs), Math.max(Math.floor(left / 2), within(shortestMs))))
}
