/** What becomes of a batch's calls when its worker ended. Pure. */

/** What is known when a worker ended. */
export interface Loss {
  /** Positions of calls without an answer, in order; never empty. */
  readonly unfinished: readonly number[]
  /** The call that was running, where that is known. */
  readonly at: number | undefined
  /** Else the calls of which one was running, where that is known: from `from` up to, but without, `to`. */
  readonly suspects?: { readonly from: number; readonly to: number } | undefined
  /** Whether nothing else was on the worker, and the batch had begun. */
  readonly alone?: boolean
}

/** Who is to blame, and who goes on. */
export interface Verdict {
  /** The call that ended the worker, if that is certain. */
  readonly blamed: number | undefined
  /** Calls to run again one per batch: the one that ends a worker alone is the one. */
  readonly suspected: readonly number[]
  /** Calls to run again together. */
  readonly others: readonly number[]
}

/**
 * Judge a lost batch: only a call that had begun is blamed, and each round either blames one or runs each that may be the one alone.
 *
 * A process that is killed from outside looks like one that its task killed, so a single suspect runs alone too.
 */
export function judge({ unfinished, at, suspects, alone }: Loss): Verdict {
  const certain = at !== undefined && unfinished.includes(at) ? at : undefined
  const blamed = certain ?? (alone && unfinished.length === 1 ? unfinished[0] : undefined)
  if (blamed !== undefined) return { blamed, suspected: [], others: unfinished.filter((call) => call !== blamed) }
  const isSuspect = (call: number): boolean => suspects === undefined || (call >= suspects.from && call < suspects.to)
  const suspected = unfinished.filter(isSuspect)
  // All that it wrote down have an answer: what ended it is not known after all.
  if (suspected.length === 0) return { blamed, suspected: unfinished, others: [] }
  return { blamed, suspected, others: unfinished.filter((call) => !isSuspect(call)) }
}
