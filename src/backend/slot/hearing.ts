/** What a worker says of its batches, and what follows from that in its slot. */
import type { Reply } from '../../worker/batch.js'
import type { FromWorker, Mark, Unread } from '../../worker/messages.js'
import type { BatchEnd } from '../backend.js'
import type { CallWatch } from './call-watch.js'
import type { HeldRuns } from './held-runs.js'
import type { OnWorker } from './on-worker.js'
import type { Overrun } from './overrun.js'
import type { Shipment } from './shipment.js'
import { endOfUnread } from './unread.js'

/** The slot whose worker speaks. */
export interface HearingSlot {
  readonly on: OnWorker
  readonly watch: CallWatch
  readonly runs: HeldRuns
  readonly overrun: Overrun
  /** Whether the worker has ended, and what it said before is being read. */
  isDying(): boolean
  end(): void
  /** There is room again. */
  freed(): void
}

export class Hearing {
  readonly #slot: HearingSlot

  constructor(slot: HearingSlot) {
    this.#slot = slot
  }

  received(message: FromWorker): void {
    const { on, watch, runs } = this.#slot
    if (message.type === 'reply') this.#replied(message)
    else if (message.type === 'mark') this.#marked(message)
    else if (message.type === 'report') on.shipments.find(({ batch }) => batch.id === message.batch)?.onReport(message)
    else if (message.type === 'exit') watch.exitCode = message.code
    else if (message.type === 'full') this.#leaveFull(true)
    else if (message.type === 'unread') this.#unread(message)
    else {
      runs.dropped(message.run)
      this.#slot.freed()
    }
  }

  #replied(reply: Reply): void {
    const shipment = this.#running(reply.batch)
    if (shipment === undefined) return
    shipment.answered = true
    if (!reply.done) {
      shipment.onReply(reply)
      return
    }
    this.#turn()
    shipment.onReply(reply)
    // A worker that was about to begin calls when they were taken back has left them.
    const isWhole = reply.from + reply.count >= shipment.owned
    this.#over(shipment, { kind: isWhole ? 'done' : 'returned' })
  }

  #unread(message: Unread): void {
    const shipment = this.#running(message.batch)
    if (shipment === undefined) return
    this.#slot.runs.doubt(shipment.batch.run)
    this.#turn()
    this.#over(shipment, endOfUnread(shipment, message))
  }

  #marked(mark: Mark): void {
    const { watch, overrun } = this.#slot
    const shipment = this.#running(mark.batch)
    if (shipment !== undefined && !this.#slot.isDying() && !overrun.isOn) watch.marked(mark, shipment.batch)
  }

  /** The batch whose turn it is, if it is the one that the worker speaks of. */
  #running(batch: number): Shipment | undefined {
    const shipment = this.#slot.on.shipments[0]
    return shipment?.batch.id === batch ? shipment : undefined
  }

  /** The worker turns to its next batch. */
  #turn(): void {
    const { on, watch, overrun } = this.#slot
    on.shift()
    watch.rest()
    overrun.end()
    if (on.shipments[0] !== undefined) watch.due(on.shipments[0].batch)
  }

  /** Its last batch is over. */
  #over(shipment: Shipment, end: BatchEnd): void {
    const { runs, watch } = this.#slot
    shipment.onEnd(runs.isDropped(shipment.batch.run) ? { kind: 'cancelled' } : end)
    runs.awaitDrops()
    this.#leaveFull(watch.isFull)
    this.#slot.freed()
  }

  /** A worker that uses too much memory ends as soon as it has nothing to do: nobody is to blame. */
  #leaveFull(isFull: boolean): void {
    const { on, watch } = this.#slot
    watch.isFull = isFull
    if (isFull && on.shipments.length === 0) this.#slot.end()
  }
}
