/** Looks when a worker has nothing to do, and has others give it what they have not begun. */
import { now } from '../../clock.js'
import { clearTimeout, setTimeout } from '../../timers.js'
import type { Shipment } from '../slot/shipment.js'
import type { Slot } from '../slot/slot.js'
import { type Gift, givers, greatestGift, isAboutToBegin, mayGiveLater, stuckMs } from './rebalance.js'
import type { Lease } from './run-lease.js'

// To give calls back and send them elsewhere takes 0.1 to 0.2 ms of this thread: gifts below this are not worth it, unless their worker is stuck.
const worthMs = 0.5

/** As much of a pool as it takes. */
export interface Balanced {
  readonly slots: readonly Slot[]
  readonly leases: readonly Lease[]
}

export class Rebalancer {
  readonly #pool: () => Balanced
  /** The gift that was not worth it when a worker first had nothing to do. */
  #small: Gift<Slot, Shipment> | undefined
  #lookTimer: ReturnType<typeof setTimeout> | undefined

  constructor(pool: () => Balanced) {
    this.#pool = pool
  }

  /** A worker that has nothing to do gets part of what another has not begun. */
  rebalance(): void {
    const { slots, leases } = this.#pool()
    for (const lease of leases) this.#rebalanceFor(lease, slots)
  }

  #rebalanceFor(lease: Lease, slots: readonly Slot[]): void {
    while (lease.waiting.length === 0) {
      const busy = givers<Shipment, Slot>(slots, lease)
      const gift = greatestGift<Shipment, Slot>(busy, lease)
      if (gift === undefined) {
        if (mayGiveLater(busy, lease)) this.lookLater()
        return
      }
      if (gift.ms < worthMs || isTooSoon(gift.slot, gift.shipment)) return this.#watch(gift)
      gift.slot.giveBack(gift.shipment)
    }
  }

  /** A worker may have nothing to do before long. */
  lookLater(): void {
    this.#lookTimer ??= setTimeout(() => {
      this.#lookTimer = undefined
      const { slot, shipment, unbegun } = this.#small ?? {}
      this.#small = undefined
      const isThere = slot !== undefined && shipment !== undefined && slot.inFlight.includes(shipment)
      if (isThere && slot.unbegunOf(shipment) === unbegun && !isTooSoon(slot, shipment)) slot.giveBack(shipment)
      this.rebalance()
    }, stuckMs).unref()
  }

  stop(): void {
    clearTimeout(this.#lookTimer)
  }

  /** It should be over in no time; unless its worker is stuck. */
  #watch(gift: Gift<Slot, Shipment>): void {
    this.#small = gift
    this.lookLater()
  }
}

/** A thread that is awake may be done with such calls before the other has woken up; a process is reached later itself. */
const isTooSoon = (slot: Slot, shipment: Shipment): boolean => slot.isFar && isAboutToBegin(shipment, now())
