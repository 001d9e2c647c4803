/** The batches that are on one worker, and how far each has come. */
import { now } from '../../clock.js'
import type { Entry, Ledger } from '../../worker/ledger.js'
import type { Mark, ToWorker } from '../../worker/messages.js'
import type { RunningBatch } from '../backend.js'
import type { Shipment } from './shipment.js'

/** What the present worker and its program write down for each other. */
export interface Words {
  /** A thread's. */
  readonly ledger: Ledger | undefined
  /** Take a batch that waits in a process. @returns Whether that has not begun it, and never will. */
  take(batch: number, entry: Entry): boolean
}

export class OnWorker {
  /** First the batch that runs, then the one that waits. */
  readonly shipments: Shipment[] = []
  /** Tasks that the present worker was given. */
  tasksTaken = 0
  readonly #words: Words
  readonly #post: (message: ToWorker) => void

  constructor(words: Words, post: (message: ToWorker) => void) {
    this.#words = words
    this.#post = post
  }

  /** A batch is about to be sent. */
  add(shipment: Shipment): void {
    const { size } = shipment.batch
    const entry = this.shipments[0]?.entry === 0 ? 1 : 0
    this.#words.ledger?.admit(entry, size)
    this.shipments.push(Object.assign(shipment, { entry, owned: size, asked: false, sinceMs: now() }))
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

  /** Let no call of these begin any more, if they are on a thread. */
  stop(shipments: readonly Shipment[]): void {
    for (const { entry } of shipments) this.#words.ledger?.takeBack(entry, 0)
  }

  /** Whether the worker has to be asked for calls back: it is no thread. */
  get mustBeAsked(): boolean {
    return this.#words.ledger === undefined
  }

  /** Calls of a batch that have not begun, as far as one can tell. */
  unbegunOf(shipment: Shipment): number {
    const { ledger } = this.#words
    if (ledger !== undefined) return ledger.unbegun(shipment.entry)
    if (shipment.asked) return 0
    return shipment === this.shipments[0] ? unseenCalls(shipment) : shipment.owned
  }

  /** Have some calls of a batch back, to run elsewhere: half of those that have not begun, or all if the batch waits. */
  giveBack(shipment: Shipment): void {
    const from = this.#takeBack(shipment)
    if (from === undefined) {
      shipment.asked = true
      this.#post({ type: 'give-back', batch: shipment.batch.id })
    } else if (from < shipment.owned) this.given(shipment, from)
  }

  /**
   * Let no call of the batch that runs begin from `from` on.
   *
   * @returns The first call that will not begin: on a thread, a later one if more had begun by then.
   */
  keep({ entry }: Shipment, from: number): number {
    return this.#words.ledger?.takeBack(entry, from) ?? from
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
    const { ledger } = this.#words
    if (ledger === undefined) return undefined
    const batch = ledger.running
    const entry = this.shipments.find((shipment) => shipment.batch.id === batch)?.entry ?? 0
    return { batch, at: Math.max(0, ledger.begun(entry) - 1) }
  }

  /** @returns The first call that will not begin; undefined if the worker has to be asked: it is a process, and has begun the batch. */
  #takeBack(shipment: Shipment): number | undefined {
    const { batch, entry } = shipment
    const { ledger } = this.#words
    if (ledger === undefined) return shipment !== this.shipments[0] && this.#words.take(batch.id, entry) ? 0 : undefined
    const kept = ledger.running === batch.id ? Math.floor(ledger.unbegun(entry) / 2) : 0
    return ledger.takeBack(entry, ledger.begun(entry) + kept)
  }
}

/** Of a batch that a process runs: by the time that it takes. */
function unseenCalls({ batch, owned, sinceMs }: Shipment): number {
  const { expectedMs, size } = batch
  const begun = expectedMs === undefined || expectedMs === 0 ? 1 : 1 + Math.floor(((now() - sinceMs) / expectedMs) * size)
  return Math.max(0, owned - Math.min(begun, owned - 1))
}
