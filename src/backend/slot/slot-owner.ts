/** What a slot tells its pool. */
import type { WorkerLoss } from '../backend.js'
import type { WorkerLines } from '../output/worker-output.js'
import type { Shipment } from './shipment.js'
import type { Slot } from './slot.js'

export interface SlotOwner {
  /** The slot has room again. */
  freed(): void
  /** The worker ended; `unbegun` never started there. A worker that was ended on purpose gives no `how`. */
  ended(slot: Slot, unbegun: readonly Shipment[], how: WorkerLoss | undefined): void
  /** The worker has printed something. */
  printed(slot: Slot, lines: WorkerLines): boolean
}
