/** Who gives calls back that have not begun, when another worker has nothing to do. Pure. */
import type { Batch } from '../../worker/batch.js'
import type { PlacingLease } from './placement.js'

/** A worker that has begun nothing for so long, though what is left of its batch should take less, is stuck in a call that takes longer than others. */
export const stuckMs = 2

/** As much of a batch on a worker as a decision needs. */
export interface GiveableShipment {
  readonly batch: Batch
}

/** As much of a slot as a decision needs. */
export interface GivingSlot<Shipped extends GiveableShipment> {
  readonly takesBatches: boolean
  /** First the batch that runs, then the one that waits. */
  readonly inFlight: readonly Shipped[]
  /** Calls of a batch here that can be had back. */
  unbegunOf(shipment: Shipped): number
  /** Calls of a batch here that may come to be such, though the worker sends no word of it. */
  hiddenOf(shipment: Shipped): number
}

/** Calls that a worker might give back. */
export interface Gift<Slot, Shipped> {
  readonly slot: Slot
  readonly shipment: Shipped
  /** Calls of that batch that have not begun. */
  readonly unbegun: number
  /** How long the gift would keep a worker, as far as one can tell. */
  readonly ms: number
}

/** The workers that are busy with batches of `lease`; none, if nobody has nothing to do. */
export function givers<Shipped extends GiveableShipment, Slot extends GivingSlot<Shipped>>(
  slots: readonly Slot[],
  lease: PlacingLease,
): readonly Slot[] {
  const alive = slots.filter((slot) => slot.takesBatches)
  const busy = alive.filter((slot) => slot.inFlight.some((shipment) => isGiveable(shipment, lease)))
  return busy.length >= lease.request.nJobs || alive.every((slot) => slot.inFlight.length > 0) ? [] : busy
}

/**
 * The greatest gift that any of these workers has for `lease`: all of a batch that waits, or half of what has not begun of the one that runs.
 * `undefined` if all that is left has begun.
 */
export function greatestGift<Shipped extends GiveableShipment, Slot extends GivingSlot<Shipped>>(
  busy: readonly Slot[],
  lease: PlacingLease,
): Gift<Slot, Shipped> | undefined {
  let greatest: Gift<Slot, Shipped> | undefined
  for (const slot of busy) {
    for (const [place, shipment] of slot.inFlight.entries()) {
      const unbegun = isGiveable(shipment, lease) && !(place === 0 && isBeingRead(shipment.batch)) ? slot.unbegunOf(shipment) : 0
      const ms = msOf(shipment.batch, place === 0 ? Math.ceil(unbegun / 2) : unbegun)
      if (unbegun > 0 && ms >= (greatest?.ms ?? 0)) greatest = { slot, shipment, unbegun, ms }
    }
  }
  return greatest
}

/** Whether any of these workers that has nothing to give to `lease` now may have something before long, and sends no word of it. */
export const mayGiveLater = <Shipped extends GiveableShipment>(busy: readonly GivingSlot<Shipped>[], lease: PlacingLease): boolean =>
  busy.some((slot) => slot.inFlight.some((shipment) => isGiveable(shipment, lease) && slot.hiddenOf(shipment) > 0))

const isGiveable = ({ batch }: GiveableShipment, { runs }: PlacingLease): boolean => runs.includes(batch.run) && batch.alone !== true

/**
 * Whether a worker should begin a batch any moment of which nothing is known. In a run of two calls on processes, a worker that was ready sooner would
 * have the call of the other, which is about to begin it, and win nothing: up to twice the CPU on a busy machine.
 *
 * @param sinceMs When it could begin, on the clock of `nowMs`.
 */
export const isAboutToBegin = ({ batch, sinceMs }: GiveableShipment & { readonly sinceMs: number }, nowMs: number): boolean =>
  batch.expectedMs === undefined && nowMs - sinceMs < stuckMs

/** The one call of large arguments is about to begin: its worker reads them first, and another would read them again (80 MB: 40 ms). */
const isBeingRead = ({ args }: Batch): boolean => args.encoded !== undefined

/** Nothing is known of the cost of the first calls of a run: they count as dear. */
const msOf = ({ expectedMs, size }: Batch, calls: number): number => ((expectedMs ?? Number.POSITIVE_INFINITY) * calls) / size
