/** What a worker holds of runs, and how it comes to forget them. */
import { type Batch, type Definition, defaultGraceMs } from '../../worker/batch.js'
import type { ToWorker } from '../../worker/messages.js'
import type { StopReason } from '../../worker/stop-reason.js'
import { Drops } from './drops.js'
import { Forgotten } from './forgotten.js'
import { KnownFunctions } from './known-functions.js'
import type { OnWorker } from './on-worker.js'
import type { Shipment } from './shipment.js'

/** The slot whose worker holds them. */
export interface HoldingSlot {
  readonly on: OnWorker
  /** Whether the worker hears what it is told. */
  isAlive(): boolean
  post(message: ToWorker): void
  end(): void
}

/**
 * How long a worker may take that is to begin no call any more. All calls of its batch were taken back: nobody waits for it, and it loads what they
 * would have needed. To end it would cost a start and that loading again, and a thread would leave the file open (Node 20 to 24).
 */
const loadingMs = 1_000

export class HeldRuns {
  readonly #slot: HoldingSlot
  readonly #known = new KnownFunctions()
  readonly #drops: Drops
  readonly #forgotten: Forgotten

  constructor(slot: HoldingSlot) {
    this.#slot = slot
    this.#drops = new Drops(() => slot.end())
    this.#forgotten = new Forgotten((runs) => slot.post({ type: 'forget', runs }))
  }

  /** Whether the worker was told to drop a run and has not answered: it may be stuck in that. */
  get isLeaving(): boolean {
    return this.#drops.size > 0
  }

  /** Whether the worker was told to drop this one, and has not answered. */
  isDropped(run: number): boolean {
    return this.#drops.has(run)
  }

  /** Whether the worker has functions of a run. */
  has(run: number): boolean {
    return this.#known.has(run)
  }

  /** Functions of a batch that the worker does not hold yet. */
  missing(batch: Batch): readonly Definition[] {
    return this.#known.missing(batch)
  }

  /** The runs that the worker is to forget; it is being told now. */
  takeForgotten(): readonly number[] {
    return this.#forgotten.take()
  }

  /** The worker was sent functions of a run. */
  hold(run: number, define: readonly Definition[]): void {
    this.#known.add(run, define)
  }

  /** The worker could not read what it was sent of a run: its functions are sent again. */
  doubt(run: number): void {
    this.#known.doubt(run)
  }

  /**
   * Make the worker forget a run, and end it if it is busy with that run for much longer.
   *
   * @returns When nothing of the run is here any more; undefined if nothing is.
   */
  drop(run: number, reason: StopReason): Promise<void> | undefined {
    if (!this.#known.forget(run)) return undefined
    const { on } = this.#slot
    const isOurs = ({ batch }: Shipment) => batch.run === run
    on.stop(on.shipments.filter(isOurs))
    if (!on.shipments.some(isOurs)) {
      this.#forgotten.add(run)
      return undefined
    }
    const dropped = this.#drops.add(run)
    on.cancel(on.shipments.slice(1).filter(isOurs))
    // A worker that is being ended anyway answers by its end.
    if (this.#slot.isAlive()) {
      this.#slot.post({ type: 'drop', run, reason })
      this.awaitDrops()
    }
    return dropped
  }

  /** The worker has dropped a run. */
  dropped(run: number): void {
    const { on } = this.#slot
    on.cancel(on.shipments.filter(({ batch }) => batch.run === run))
    this.#drops.settle(run)
  }

  /** Once nothing else can be running, a worker that does not say that it dropped a run is busy with it. */
  awaitDrops(): void {
    const running = this.#slot.on.shipments[0]
    if (running === undefined || this.#drops.has(running.batch.run)) this.#drops.expectWithin(patienceMs(running))
    else this.#drops.excuse()
  }

  /** There is no worker to tell any more. */
  untold(): void {
    this.#forgotten.clear()
  }

  /** The worker is no more, and held these runs. */
  clear(): void {
    this.#known.clear()
    this.#forgotten.clear()
  }

  /** Whoever waits for a worker to drop a run need not any more. */
  settle(): void {
    this.#drops.settle()
  }
}

function patienceMs(running: Shipment | undefined): number {
  const graceMs = running?.batch.graceMs ?? defaultGraceMs
  return running?.owned === 0 ? Math.max(graceMs, loadingMs) : graceMs
}
