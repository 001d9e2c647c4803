/** A batch between a run and a worker. */
import type { Batch, Reply } from '../../worker/batch.js'
import type { Entry } from '../../worker/ledger.js'
import type { Report } from '../../worker/messages.js'
import type { BatchEnd } from '../backend.js'

/** A batch on its way: who hears its replies and its end. */
export interface Shipment {
  readonly batch: Batch
  /** The worker that it was sent to last. */
  worker: number
  /** When it was handed over, in milliseconds. */
  readonly queuedMs: number
  /** Whether a worker has sent part of what it came to: then it must not be sent again as a whole. */
  answered: boolean
  /** Calls that are its worker's own: the first so many; the others were given back. */
  owned: number
  /** Which of the two entries of its worker's ledger is kept for it. */
  entry: Entry
  /** When its worker could begin it, in milliseconds. */
  sinceMs: number
  readonly onReply: (reply: Reply) => void
  /** The calls from `from` on have not begun, and will not. */
  readonly onGiven: (from: number) => void
  readonly onReport: (report: Report) => void
  readonly onEnd: (end: BatchEnd) => void
}
