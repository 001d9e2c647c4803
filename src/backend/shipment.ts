/** A batch between a run and a worker. */
import type { Batch, Reply } from '../worker/batch.js'
import type { BatchEnd } from './backend.js'

/** A batch on its way: who hears its replies and its end. */
export interface Shipment {
  readonly batch: Batch
  /** Whether a worker has sent part of what it came to: then it must not be sent again as a whole. */
  answered: boolean
  readonly onReply: (reply: Reply) => void
  readonly onEnd: (end: BatchEnd) => void
}
