/** One place for a worker: what is in flight there, and what becomes of it when the worker stops. */
import type { SetupReply, ToWorker, WorkerSetup } from '../../worker/messages.js'
import type { StopReason } from '../../worker/stop-reason.js'
import type { RunningBatch, WorkerLoss } from '../backend.js'
import type { WorkerKind } from '../launch/tinypool-options.js'
import { WorkerLife } from '../life/worker-life.js'
import { CallWatch } from './call-watch.js'
import { Hearing } from './hearing.js'
import { HeldRuns } from './held-runs.js'
import { OnWorker } from './on-worker.js'
import { Overrun } from './overrun.js'
import type { Shipment } from './shipment.js'
import type { SlotOwner } from './slot-owner.js'
import { salvage } from './wreck.js'
import { wreckOf } from './wreck-of.js'

/** `alive`: takes batches. `starting`: will. `ending`: is being stopped. `gone`: for good. */
type State = 'starting' | 'alive' | 'ending' | 'gone'

export class Slot {
  /** The number of its workers: there is one at a time. */
  readonly id: number
  /** Whether a batch takes some time to reach them: they are processes. */
  readonly isFar: boolean
  state: State = 'starting'
  readonly #owner: SlotOwner
  readonly #life: WorkerLife
  readonly #runs: HeldRuns
  readonly #watch = new CallWatch((call) => (call === undefined ? this.end() : this.#overrun.late(call)))
  readonly #on: OnWorker
  readonly #overrun: Overrun
  readonly #hearing: Hearing
  #dying = false

  constructor(kind: WorkerKind, setup: WorkerSetup, owner: SlotOwner) {
    this.id = setup.workerId
    this.isFar = kind.runtime === 'processes'
    this.#owner = owner
    this.#life = new WorkerLife(kind, setup, {
      received: (message) => this.#hearing.received(message),
      dying: () => {
        this.#dying = true
        this.#watch.stop()
      },
      ended: (how) => this.#ended(how),
      isBusy: () => this.inFlight.length > 0,
      printed: (lines) => owner.printed(this, lines),
    })
    const post = (message: ToWorker) => this.#life.post(message)
    this.#on = new OnWorker(() => this.#life.ledger)
    const here = { on: this.#on, isAlive: () => this.state === 'alive', post, end: () => this.end() }
    this.#runs = new HeldRuns(here)
    this.#overrun = new Overrun({ ...here, watch: this.#watch, runs: this.#runs })
    this.#hearing = new Hearing({
      on: this.#on,
      watch: this.#watch,
      runs: this.#runs,
      overrun: this.#overrun,
      isDying: () => this.#dying,
      end: () => this.end(),
      freed: () => owner.freed(),
    })
  }

  /** First the batch that runs, then the one that waits in the worker. */
  get inFlight(): readonly Shipment[] {
    return this.#on.shipments
  }

  /** Tasks its present worker was given. */
  get tasksTaken(): number {
    return this.#on.tasksTaken
  }

  /** What the worker is busy with. */
  get running(): (RunningBatch & { readonly run: number }) | undefined {
    return this.#on.running(this.id, this.#watch.mark)
  }

  /** Whether batches may be sent: not while the worker is leaving a run or a call, for it may be stuck in that. */
  get takesBatches(): boolean {
    return this.state === 'alive' && !this.#dying && !this.#runs.isLeaving && !this.#overrun.isOn && !this.#watch.isFull
  }

  /** Whether the worker has functions of a run: it had batches of it before. */
  hasServed(run: number): boolean {
    return this.#runs.has(run)
  }

  /** Have a worker here. @returns What the worker says about its start. @throws If it dies while it starts. */
  async start(): Promise<SetupReply> {
    this.state = 'starting'
    this.#dying = false
    const reply = await this.#life.start()
    this.#on.tasksTaken = 0
    if (this.state === 'starting') this.state = 'alive'
    return reply
  }

  /** Send a batch; functions that this worker holds already are left out. */
  send(shipment: Shipment): void {
    const { batch } = shipment
    const define = this.#runs.missing(batch)
    this.#on.add(shipment)
    try {
      this.#life.post({ ...batch, define, entry: shipment.entry, forget: this.#runs.takeForgotten() })
    } catch (error) {
      this.#on.remove(shipment)
      throw error
    }
    this.#runs.hold(batch.run, define)
    if (this.inFlight.length === 1) this.#watch.due(batch)
    this.#on.tasksTaken += batch.size
  }

  /** Calls of a batch here that can be had back. */
  unbegunOf(shipment: Shipment): number {
    return this.#on.unbegunOf(shipment)
  }

  /** Calls of a batch here that may come to be such, though the worker sends no word of it. */
  hiddenOf(shipment: Shipment): number {
    return this.#on.hiddenOf(shipment)
  }

  /** Have some calls of a batch here back, to run elsewhere: half of those that have not begun, or all if the batch waits. */
  giveBack(shipment: Shipment): void {
    this.#on.giveBack(shipment)
  }

  /**
   * Make the worker forget a run, and end it if it is busy with that run for much longer.
   *
   * @returns When nothing of the run is here any more; undefined if nothing is.
   */
  drop(run: number, reason: StopReason): Promise<void> | undefined {
    return this.#runs.drop(run, reason)
  }

  /** End the worker, whatever it is doing; another follows. */
  end(): void {
    if (this.state !== 'alive') return
    this.state = 'ending'
    this.#life.end()
  }

  /** End the worker and take no other. */
  async destroy(): Promise<void> {
    this.state = 'gone'
    this.#watch.stop()
    this.#runs.untold()
    await this.#life.close()
    // All their calls were answered, but the word that they are done was still on its way.
    this.#on.cancel([...this.inFlight])
    this.#runs.settle()
    this.#overrun.end()
  }

  #ended(how: WorkerLoss): void {
    // Whoever waits for the start hears it from `start`.
    if (this.state === 'starting') return
    const onPurpose = this.state === 'ending' || this.state === 'gone'
    const { stretch } = this.#life
    const wreck = wreckOf(this.#on, this.#watch, { how, stretch, onPurpose, isDropped: (run) => this.#runs.isDropped(run) })
    const { ended, returned } = salvage(wreck)
    this.#runs.clear()
    this.#watch.forget()
    this.#overrun.end()
    if (this.state !== 'gone') this.state = 'ending'
    for (const [shipment, end] of ended) shipment.onEnd(end)
    this.#runs.settle()
    this.#owner.ended(this, returned, wreck.onPurpose ? undefined : wreck.how)
  }
}
