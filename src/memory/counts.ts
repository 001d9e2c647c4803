/** What came of calls. Pure. */

/** What has happened so far, in this thread. */
export interface Counts {
  hits: number
  /** Of the hits, those that no store was asked for. */
  memoryHits: number
  misses: number
  coalesced: number
  stored: number
  uncacheable: number
  /** What the calls that were answered took when they ran, in milliseconds. */
  savedMs: number
  /** What the calls that ran took, in milliseconds. */
  computedMs: number
}

/** All zero. */
export const noCounts = (): Counts => ({
  hits: 0,
  memoryHits: 0,
  misses: 0,
  coalesced: 0,
  stored: 0,
  uncacheable: 0,
  savedMs: 0,
  computedMs: 0,
})
