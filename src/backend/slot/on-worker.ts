/** The batches that are on one worker, and how far each has come. */
import { now } from '../../clock.js'
import type { Ledger } from '../../worker/ledger.js'
import type { Mark } from '../../worker/messages.js'
import type { RunningBatch } from '../backend.js'
import type { Shipment } from './shipment.js'

export class OnWorker {
  /** First the batch that runs, then the one that waits. */
  readonly shipments: Shipment[] = []
  /** Tasks that the present worker was given. */
  tasksTaken = 0
  readonly #ledger: () => Ledger | undefined

  /** @param ledger What it and the present worker write down for each other. */
  constructor(ledger: () => Ledger | undefined) {
    this.#ledger = ledger
  }

  /** A batch is about to be sent. */
  add(shipment: Shipment): void {
    const { size } = shipment.batch
    const entry = this.shipments[0]?.entry === 0 ? 1 : 0
    this.#ledger()?.admit(entry, size, shipment.batch.id)
    this.shipments.push(Object.assign(shipment, { entry, owned: size, sinceMs: now() }))
  }

  /** The batch that ran is over. */
  shift(): void {
    this.shipments.shift()
    const next = this.shipments[0]
    if (next !== undefined) next.sinceMs = now()
  }

  remove(shipment: Shipment): void {
    const place = this.shipments.indexOf(shipment)
    if (place >= 0) this.shipments.splice(place, 1)
  }

  /** These will not run. */
  cancel(shipments: readonly Shipment[]): void {
    for (const shipment of shipments) {
      this.remove(shipment)
      shipment.onEnd({ kind: 'cancelled' })
    }
  }

  /** The calls from `from` on have not begun here, and will not. */
  given(shipment: Shipment, from: number): void {
    this.tasksTaken -= shipment.owned - from
    shipment.owned = from
    shipment.onGiven(from)
  }

  /** Let no call of these begin any more. */
  stop(shipments: readonly Shipment[]): void {
    for (const { entry } of shipments) this.#ledger()?.takeBack(entry, 0)
  }

  /** Calls of a batch that can be had back. */
  unbegunOf({ entry }: Shipment): number {
    return this.#ledger()?.unbegun(entry) ?? 0
  }

  /** Calls of a batch that may come to be such, though the worker sends no word of it. */
  hiddenOf({ entry }: Shipment): number {
    return this.#ledger()?.hidden(entry) ?? 0
  }

  /** Have some calls of a batch back, to run elsewhere: half of those that have not begun, or all if the batch waits. */
  giveBack(shipment: Shipment): void {
    const ledger = this.#ledger()
    if (ledger === undefined) return
    const { batch, entry } = shipment
    const kept = ledger.running === batch.id ? Math.floor(ledger.unbegun(entry) / 2) : 0
    const from = ledger.takeBack(entry, ledger.begun(entry) + kept)
    if (from !== undefined && from < shipment.owned) this.given(shipment, from)
  }

  /**
   * Let no call of the batch that runs begin from `from` on.
   *
   * @returns The first call that will not begin: a later one if more had begun by then.
   */
  keep({ entry }: Shipment, from: number): number {
    return this.#ledger()?.takeBack(entry, from) ?? from
  }

  /** The batch that the worker is busy with. @param mark The last call that the worker told of. */
  running(worker: number, mark: Mark | undefined): (RunningBatch & { readonly run: number }) | undefined {
    const shipment = this.shipments[0]
    if (shipment === undefined) return undefined
    const { id: batch, run } = shipment.batch
    const { word } = this
    const at = word?.batch === batch ? word.at : mark?.batch === batch ? mark.at : undefined
    return { batch, run, worker, at, forMs: now() - shipment.sinceMs }
  }

  /** What a thread wrote down last: the batch that ran, 0 for none, and its call. */
  get word(): { readonly batch: number; readonly at: number } | undefined {
    const ledger = this.#ledger()
    if (ledger?.isExact !== true) return undefined
    const batch = ledger.running
    const entry = this.shipments.find((shipment) => shipment.batch.id === batch)?.entry ?? 0
    return { batch, at: Math.max(0, ledger.begun(entry) - 1) }
  }
}
