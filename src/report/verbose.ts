/** Progress as lines on stderr, in joblib's words. */
import type { Listener, RunEvent } from '../events.js'
import { drainingLine, finishedLine, pullingLine, showsDraining, showsPulling, sizeLine, startLine, widthFor } from './lines.js'
import { afterEvent, type Tally } from './progress.js'

/** Where lines go and how many of them. */
export interface VerboseOptions {
  /** joblib's level, above 0. */
  readonly verbose: number
  /** Shown before each line. */
  readonly nJobs: number
  /** @default process.stderr */
  readonly write?: (text: string) => void
}

interface State extends Tally {
  readonly sent: number
  readonly size: number
  /** Columns of counts. */
  readonly width: number
  /** Tasks that had ended when the input did; undefined as long as it goes on. */
  readonly doneAtEnd: number | undefined
}

/** A listener that prints progress lines, one at most for each batch or, without workers, each task; all on stderr, where joblib turns to stdout from level 50 on. */
export function verboseListener({ verbose, nJobs, write = (text) => process.stderr.write(text) }: VerboseOptions): Listener {
  let state: State = { done: 0, failed: 0, total: undefined, sent: 0, size: 1, width: widthFor(undefined), doneAtEnd: undefined }
  let settled = false
  return (event) => {
    // The last task settles a run before its batch is counted: that still gives the next batch a size, which none will have.
    if (settled) return
    settled = event.type === 'run-settled'
    const line = lineFor(event, state, verbose)
    state = after(state, event)
    if (line !== undefined) write(`[Parallel(nJobs=${nJobs})]: ${line}\n`)
  }
}

function after(state: State, event: RunEvent): State {
  const next = { ...state, ...afterEvent(state, event) }
  if (event.type === 'run-started') return { ...next, width: widthFor(event.total) }
  if (event.type === 'batch-sent') return { ...next, sent: state.sent + 1 }
  if (event.type === 'batch-sized') return { ...next, size: event.size }
  return event.type === 'input-ended' ? { ...next, doneAtEnd: state.done } : next
}

function lineFor(event: RunEvent, state: State, verbose: number): string | undefined {
  switch (event.type) {
    case 'run-started':
      return event.workers > 1 ? startLine(event.backend, event.workers) : undefined
    case 'batch-sized':
      return verbose >= 10 && event.size !== state.size ? sizeLine(state.size, event.size, event.taskMs) : undefined
    case 'task-settled':
      // Without workers there are no batches: each task counts as one.
      return state.sent === 0 ? progressLine({ ...state, done: state.done + 1, sent: state.done + 1 }, event.atMs, verbose) : undefined
    case 'batch-settled':
      return progressLine(state, event.atMs, verbose)
    case 'run-settled':
      return state.done === state.total ? finishedLine(state.done, event.atMs, state.width) : undefined
    default:
      return undefined
  }
}

function progressLine({ done, total, sent, width, doneAtEnd }: State, atMs: number, verbose: number): string | undefined {
  if (doneAtEnd === undefined || total === undefined) return showsPulling(sent, verbose) ? pullingLine(done, total, atMs) : undefined
  return done < total && showsDraining(done, total, doneAtEnd, verbose) ? drainingLine(done, total, atMs, width) : undefined
}
