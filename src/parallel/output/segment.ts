/** What tasks came to, in stretches: the unit in which results move through a run. */

import type { Failure } from '../../failure.js'
import { failed, type Outcome, success } from '../../outcome.js'

/** Counts what of one batch has not been handed out yet; a run pulls no further while too many are open. */
export interface Open {
  unconsumed: number
  /** Those of them that wait for their next attempt. */
  waiting: number
  /** Called when nothing of it is left. */
  readonly onConsumed: (() => void) | undefined
}

/** Results of tasks that follow one another. */
export interface Segment {
  /** Index of the first task. */
  readonly first: number
  readonly count: number
  /** What each task gave; nothing that counts where `failures` has the place. */
  readonly values: ArrayLike<unknown>
  /** Failures by place in this segment. */
  readonly failures: ReadonlyMap<number, Failure>
  /** The batch these were pulled with. */
  readonly open: Open
}

/** No failures. */
export const none: ReadonlyMap<number, Failure> = new Map()

/** A segment of one task that failed. */
export const failureSegment = (failure: Failure, open: Open): Segment => ({
  first: failure.index,
  count: 1,
  values: [undefined],
  failures: new Map([[0, failure]]),
  open,
})

/** The outcome at `place` of a segment. */
export function outcomeAt({ values, failures }: Segment, place: number): Outcome<unknown> {
  const failure = failures.get(place)
  return failure === undefined ? success(values[place]) : failed(failure)
}
