/** joblib's progress lines, and its choice of which of them to print: pure. */
import { remainingMs } from './progress.js'

/** Seconds up to a minute, then minutes; joblib's widths. */
export const shortTime = (ms: number): string =>
  ms > 60_000 ? `${(ms / 60_000).toFixed(1).padStart(4)}min` : ` ${(ms / 1_000).toFixed(1).padStart(5)}s`

/** Before the first batch. */
export const startLine = (backend: string, workers: number): string => `Using backend ${backend} with ${workers} concurrent workers.`

/** While the input goes on: no time can be foretold, as nobody has counted the rest, or it may still be slow to come. */
export function pullingLine(done: number, total: number | undefined, elapsedMs: number): string {
  const elapsed = `| elapsed: ${shortTime(elapsedMs)}`
  if (total !== undefined) return `Done ${outOf(done, total, widthFor(total))} ${elapsed}`
  return `Done ${String(done).padStart(unknownWidth)} tasks ${' '.repeat('out of '.length + unknownWidth - 'tasks'.length)}${elapsed}`
}

/** When the input has ended and tasks still run. */
export const drainingLine = (done: number, total: number, elapsedMs: number, width: number): string =>
  `Done ${outOf(done, total, width)} | elapsed: ${shortTime(elapsedMs)} remaining: ${shortTime(remainingMs(elapsedMs, done, total))}`

/** When every task has ended. */
export const finishedLine = (total: number, elapsedMs: number, width: number): string =>
  `Done ${outOf(total, total, width)} | elapsed: ${shortTime(elapsedMs)} finished`

/** When batches change their size: what the last one took, and how many tasks the next ones hold. */
export const sizeLine = (from: number, to: number, taskMs: number): string =>
  `Batch computation too ${to > from ? 'fast' : 'slow'} (${((from * taskMs) / 1_000).toFixed(4)}s.) Setting batchSize=${to}.`

const unknownWidth = 3

/** Columns of counts in the lines of a run whose input said at its start how long it is, or did not. */
export const widthFor = (total: number | undefined): number => (total === undefined ? unknownWidth : String(total).length)

const outOf = (done: number, total: number, width: number): string =>
  `${String(done).padStart(width)} out of ${String(total).padStart(width)}`

/** Whether the line after batch `sent` is printed while the input goes on: every one above level 10, else ever more rarely, in squares. */
export function showsPulling(sent: number, verbose: number): boolean {
  if (verbose > 10 || sent === 0) return true
  const spacing = 0.5 * (11 - verbose) ** 2
  return Math.floor(Math.sqrt((sent + 1) / spacing)) !== Math.floor(Math.sqrt(sent / spacing))
}

/**
 * Whether the line at `done` of `total` is printed once the input has ended, with `doneAtEnd` done then: about `verbose` lines, evenly spread, and
 * none for the last but one. joblib counts from what was done when the input ended, or back from the end where nothing was.
 */
export function showsDraining(done: number, total: number, doneAtEnd: number, verbose: number): boolean {
  const every = Math.floor(total / verbose) + 1
  return done + 1 !== total && (done - (doneAtEnd === 0 ? total + 1 : doneAtEnd)) % every === 0
}
