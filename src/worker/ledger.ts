/**
 * What a worker and its program write down for each other, so that each is understood while the other is busy, or dead: which batch runs, how many of
 * its calls have begun, and how many may. A thread and its program write to memory that they share, a process and its program to a file.
 *
 * A worker has at most two batches, one that runs and one that waits, and each has an entry of its own. Whichever side comes first, no call is both
 * begun by the worker and taken back by the program. Worker-safe.
 */

/** Which of the two. */
export type Entry = 0 | 1

/** As much of a batch as the worker's side needs. */
export interface EnteredBatch {
  readonly id: number
  readonly size: number
  readonly entry?: Entry
  /** Milliseconds that calls may run, where they have limits. */
  readonly timeouts?: unknown
}

/** The worker's side. */
export interface LedgerKeeper {
  /** Whether nothing can be written down any more: no further call may begin. */
  readonly isBroken: boolean
  /** A batch begins. */
  enter(batch: EnteredBatch): void
  /** Whether the call at `at` of that batch may begin; if it may, it has. Asked once for each, in order. @param atMs The time, where somebody has just looked. */
  mayBegin(at: number, atMs: number | undefined): boolean
  /** Where calls are counted before they begin: none behind the one at `at` has begun. */
  readonly release?: (at: number) => void
  /** The batch is over. */
  leave(): void
}

/** The program's side. */
export interface Ledger {
  /** Whether it knows which call runs, and not only which may. */
  readonly isExact: boolean
  /** The batch that runs; 0 for none. Still to be read when the worker is dead. */
  readonly running: number
  /** Calls that have begun, or may begin any moment. */
  begun(entry: Entry): number
  /** Calls that can be taken back, as far as anybody can tell. */
  unbegun(entry: Entry): number
  /** Calls that count as begun, of which some may be free again before long. */
  hidden(entry: Entry): number
  /** A batch of so many calls is about to be sent. */
  admit(entry: Entry, calls: number, batch: number): void
  /**
   * Let no call begin from `from` on.
   *
   * @returns The first call that has not begun and will not: `from`, or a later one, if more had begun by then. Undefined if nobody can tell.
   */
  takeBack(entry: Entry, from: number): number | undefined
}
