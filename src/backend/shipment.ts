/** A batch between a run and a worker. */
import type { Batch, Reply } from '../worker/batch.js'
import type { BatchEnd } from './backend.js'

/** A batch on its way: who hears its replies and its end. */
export interface Shipment {
  readonly batch: Batch
  readonly onReply: (reply: Reply) => void
  readonly onEnd: (end: BatchEnd) => void
}
