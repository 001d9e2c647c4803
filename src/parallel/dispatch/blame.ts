/** What becomes of a batch's calls when its worker ended. Pure. */

/** What is known when a worker ended. */
export interface Loss {
  /** Positions of calls without an answer, in order; never empty. */
  readonly unfinished: readonly number[]
  /** The call that was running, where that is known. */
  readonly at: number | undefined
  /** Whether nothing else was on the worker, and the batch had begun. */
  readonly alone?: boolean
}

/** Who is to blame, and who goes on. */
export interface Verdict {
  /** The call that ended the worker, if that is certain. */
  readonly blamed: number | undefined
  /** Calls to run again. */
  readonly again: readonly number[]
  /** Whether they go one per batch: the one that ends a worker alone is the one. */
  readonly alone: boolean
}

/** Judge a lost batch: only a call that had begun is blamed, and each round either blames one or runs each alone, where that is known. */
export function judge({ unfinished, at, alone }: Loss): Verdict {
  const certain = at !== undefined && unfinished.includes(at) ? at : undefined
  const blamed = certain ?? (alone && unfinished.length === 1 ? unfinished[0] : undefined)
  return { blamed, again: unfinished.filter((call) => call !== blamed), alone: blamed === undefined }
}
