/** Which worker a batch goes to. Pure: decides from what slots and leases say of themselves. */
import type { Batch } from '../../worker/batch.js'

/** As much of a slot as a decision needs. */
export interface PlaceableSlot {
  readonly takesBatches: boolean
  readonly inFlight: readonly { readonly batch: Batch }[]
  readonly tasksTaken: number
  /** Whether batches of a run were here before. */
  hasServed(run: number): boolean
  end(): void
}

/** As much of a lease as a decision needs. */
export interface PlacingLease {
  readonly request: { readonly nJobs: number }
  readonly runs: readonly number[]
}

// A second batch waits in the worker so that it need not idle for a round trip (0.05 to 0.1 ms); behind a long one it would wait too long.
// Runs aim at batches of 32 ms, which count as short.
const shortMs = 40

/**
 * The slot that takes `batch` now; `undefined` if none may. An empty worker comes first, and of those one that has served its run: it has the functions,
 * and a run on one worker stays there. Then one that will be free in a moment.
 * A worker that has had its share of tasks is ended when it is empty, so that a fresh one follows.
 */
export function chooseSlot<Place extends PlaceableSlot>(
  slots: readonly Place[],
  batch: Batch,
  lease: PlacingLease,
  maxTasksPerWorker: number,
): Place | undefined {
  const alive = slots.filter((slot) => slot.takesBatches)
  const isOurs = (slot: Place) => slot.inFlight.some((other) => lease.runs.includes(other.batch.run))
  const mayTakeMore = slots.filter(isOurs).length < lease.request.nJobs
  for (const slot of mayTakeMore ? byService(alive, batch.run) : []) {
    if (slot.tasksTaken + batch.size <= maxTasksPerWorker || slot.tasksTaken === 0) return slot
    slot.end()
  }
  if (batch.alone === true || !isShort(batch)) return undefined
  return alive.find((slot) => (mayTakeMore || isOurs(slot)) && hasRoomBehind(slot) && slot.tasksTaken + batch.size <= maxTasksPerWorker)
}

function* byService<Place extends PlaceableSlot>(alive: readonly Place[], run: number): Iterable<Place> {
  for (const hasServed of [true, false])
    for (const slot of alive) if (slot.inFlight.length === 0 && slot.hasServed(run) === hasServed) yield slot
}

const isShort = (batch: Batch): boolean => batch.expectedMs !== undefined && batch.expectedMs < shortMs

function hasRoomBehind(slot: PlaceableSlot): boolean {
  const [only, ...more] = slot.inFlight
  return only !== undefined && more.length === 0 && only.batch.alone !== true && isShort(only.batch)
}
