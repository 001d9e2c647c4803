/** One place for a worker: what is in flight there, and what becomes of it when the worker stops. */
import {
  defaultGraceMs,
  type FromWorker,
  type Given,
  type Mark,
  type Reply,
  type SetupReply,
  type WorkerSetup,
} from '../../worker/batch.js'
import type { StopReason } from '../../worker/stop-reason.js'
import type { RunningBatch, WorkerLoss } from '../backend.js'
import type { WorkerKind } from '../launch/tinypool-options.js'
import { WorkerLife } from '../life/worker-life.js'
import { CallWatch, type LateCall } from './call-watch.js'
import { Drops } from './drops.js'
import { Forgotten } from './forgotten.js'
import { KnownFunctions } from './known-functions.js'
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
  /** Tasks its present worker was given. */
  tasksTaken = 0
  state: State = 'starting'
  readonly #owner: SlotOwner
  readonly #life: WorkerLife
  readonly #known = new KnownFunctions()
  readonly #drops = new Drops(() => this.end())
  readonly #forgotten = new Forgotten((runs) => this.#life.post({ type: 'forget', runs }))
  readonly #watch = new CallWatch((call) => (call === undefined ? this.end() : this.#tooLong(call)))
  readonly #on = new OnWorker(() => this.#life.ledger)
  readonly #overrun: Overrun
  #dying = false

  constructor(kind: WorkerKind, setup: WorkerSetup, owner: SlotOwner) {
    this.id = setup.workerId
    this.#owner = owner
    this.#life = new WorkerLife(kind, setup, {
      received: (message) => this.#received(message),
      dying: () => {
        this.#dying = true
        this.#watch.stop()
      },
      ended: (how) => this.#ended(how),
      isBusy: () => this.inFlight.length > 0,
      printed: (lines) => owner.printed(this, lines),
    })
    this.#overrun = new Overrun({
      on: this.#on,
      watch: this.#watch,
      post: (message) => this.#life.post(message),
      given: (shipment, from) => this.#given(shipment, from),
      giveBack: (shipment) => this.giveBack(shipment),
      end: () => this.end(),
    })
  }

  /** First the batch that runs, then the one that waits in the worker. */
  get inFlight(): readonly Shipment[] {
    return this.#on.shipments
  }

  /** What the worker is busy with. */
  get running(): (RunningBatch & { readonly run: number }) | undefined {
    return this.#on.running(this.id, this.#watch.mark)
  }

  /** Whether batches may be sent: not while the worker is leaving a run or a call, for it may be stuck in that. */
  get takesBatches(): boolean {
    return this.state === 'alive' && !this.#dying && this.#drops.size === 0 && !this.#overrun.isOn && !this.#watch.isFull
  }

  /** Have a worker here. @returns What the worker says about its start. @throws If it dies while it starts. */
  async start(): Promise<SetupReply> {
    this.state = 'starting'
    this.#dying = false
    const reply = await this.#life.start()
    this.tasksTaken = 0
    if (this.state === 'starting') this.state = 'alive'
    return reply
  }

  /** Send a batch; functions that this worker holds already are left out. */
  send(shipment: Shipment): void {
    const { batch } = shipment
    const define = this.#known.missing(batch)
    this.#on.add(shipment)
    try {
      this.#life.post({ ...batch, define, entry: shipment.entry, forget: this.#forgotten.take() })
    } catch (error) {
      this.#on.remove(shipment)
      throw error
    }
    this.#known.add(batch.run, define)
    if (this.inFlight.length === 1) this.#watch.due(batch)
    this.tasksTaken += batch.size
  }

  /** Calls of a batch here that have not begun, as far as one can tell. */
  unbegunOf(shipment: Shipment): number {
    return this.#on.unbegunOf(shipment)
  }

  /** Have some calls of a batch here back, to run elsewhere: half of those that have not begun, or all if the batch waits. */
  giveBack(shipment: Shipment): void {
    const from = this.#on.takeBack(shipment)
    if (from === undefined) {
      shipment.asked = true
      this.#life.post({ type: 'give-back', batch: shipment.batch.id })
    } else if (from < shipment.owned) this.#given(shipment, from)
  }

  /**
   * Make the worker forget a run, and end it if it is busy with that run for much longer.
   *
   * @returns When nothing of the run is here any more.
   */
  drop(run: number, reason: StopReason): Promise<void> {
    if (!this.#known.forget(run)) return Promise.resolve()
    const isOurs = ({ batch }: Shipment) => batch.run === run
    this.#on.stop(this.inFlight.filter(isOurs))
    if (!this.inFlight.some(isOurs)) {
      this.#forgotten.add(run)
      return Promise.resolve()
    }
    const dropped = this.#drops.add(run)
    this.#cancel(this.inFlight.slice(1).filter(isOurs))
    // A worker that is being ended anyway answers by its end.
    if (this.state === 'alive') {
      this.#life.post({ type: 'drop', run, reason })
      this.#awaitDrops()
    }
    return dropped
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
    this.#forgotten.clear()
    await this.#life.close()
    // All their calls were answered, but the word that they are done was still on its way.
    this.#cancel([...this.inFlight])
    this.#drops.settle()
    this.#overrun.end()
  }

  #received(message: FromWorker): void {
    if (message.type === 'reply') this.#replied(message)
    else if (message.type === 'mark') this.#marked(message)
    else if (message.type === 'given') this.#gave(message)
    else if (message.type === 'report') this.inFlight.find(({ batch }) => batch.id === message.batch)?.onReport(message)
    else if (message.type === 'exit') this.#watch.exitCode = message.code
    else if (message.type === 'full') this.#leaveFull(true)
    else this.#dropped(message.run)
  }

  #replied(reply: Reply): void {
    const shipment = this.inFlight[0]
    if (shipment?.batch.id !== reply.batch) return
    shipment.answered = true
    if (!reply.done) {
      shipment.onReply(reply)
      return
    }
    this.#on.shift()
    this.#watch.rest()
    this.#overrun.end()
    if (this.inFlight[0] !== undefined) this.#watch.due(this.inFlight[0].batch)
    shipment.onReply(reply)
    // A thread that was about to begin a call when that was taken back has left it.
    const isWhole = reply.from + reply.count >= shipment.owned
    shipment.onEnd({ kind: this.#drops.has(shipment.batch.run) ? 'cancelled' : isWhole ? 'done' : 'returned' })
    this.#awaitDrops()
    this.#leaveFull(this.#watch.isFull)
    this.#owner.freed()
  }

  /** A worker that uses too much memory ends as soon as it has nothing to do: nobody is to blame. */
  #leaveFull(isFull: boolean): void {
    this.#watch.isFull = isFull
    if (isFull && this.inFlight.length === 0) this.end()
  }

  #marked(mark: Mark): void {
    const running = this.inFlight[0]?.batch
    if (running?.id === mark.batch && !this.#dying && !this.#overrun.isOn) this.#watch.marked(mark, running)
  }

  #tooLong(call: LateCall): void {
    const batch = this.inFlight[0]?.batch
    const graceMs = batch?.graceMs ?? defaultGraceMs
    // A worker that said that it ends by itself has crashed; one that leaves the run has its grace already.
    if (batch === undefined || graceMs === 0 || this.#watch.exitCode !== undefined) this.end()
    else if (this.state === 'alive' && !this.#drops.has(batch.run)) this.#overrun.begin(call, graceMs)
  }

  #gave({ batch: id, from }: Given): void {
    const shipment = this.inFlight.find(({ batch }) => batch.id === id)
    if (shipment === undefined || from >= shipment.owned || this.#drops.has(shipment.batch.run)) return
    shipment.asked = false
    this.#given(shipment, from)
  }

  #given(shipment: Shipment, from: number): void {
    this.tasksTaken -= shipment.owned - from
    shipment.owned = from
    shipment.onGiven(from)
  }

  #dropped(run: number): void {
    this.#cancel(this.inFlight.filter(({ batch }) => batch.run === run))
    this.#drops.settle(run)
    this.#owner.freed()
  }

  /** Once nothing else can be running, a worker that does not say that it dropped a run is busy with it. */
  #awaitDrops(): void {
    const running = this.inFlight[0]?.batch
    if (running === undefined || this.#drops.has(running.run)) this.#drops.expectWithin(running?.graceMs ?? defaultGraceMs)
    else this.#drops.excuse()
  }

  #cancel(shipments: readonly Shipment[]): void {
    for (const shipment of shipments) {
      this.#on.remove(shipment)
      shipment.onEnd({ kind: 'cancelled' })
    }
  }

  #ended(how: WorkerLoss): void {
    // Whoever waits for the start hears it from `start`.
    if (this.state === 'starting') return
    const onPurpose = this.state === 'ending' || this.state === 'gone'
    const wreck = wreckOf(this.#on, this.#watch, { how, onPurpose, isDropped: (run) => this.#drops.has(run) })
    const { ended, returned } = salvage(wreck)
    this.#forgetWorker()
    for (const [shipment, end] of ended) shipment.onEnd(end)
    this.#drops.settle()
    this.#owner.ended(this, returned, wreck.onPurpose ? undefined : wreck.how)
  }

  #forgetWorker(): void {
    this.#known.clear()
    this.#forgotten.clear()
    this.#watch.forget()
    this.#overrun.end()
    if (this.state !== 'gone') this.state = 'ending'
  }
}
