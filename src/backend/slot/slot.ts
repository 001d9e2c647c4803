/** One place for a worker: what is in flight there, and what becomes of it when the worker stops. */
import type { Reply } from '../../worker/batch.js'
import type { FromWorker, Mark, SetupReply, ToWorker, Unread, WorkerSetup } from '../../worker/messages.js'
import type { StopReason } from '../../worker/stop-reason.js'
import type { BatchEnd, RunningBatch, WorkerLoss } from '../backend.js'
import type { WorkerKind } from '../launch/tinypool-options.js'
import { WorkerLife } from '../life/worker-life.js'
import { CallWatch } from './call-watch.js'
import { HeldRuns } from './held-runs.js'
import { OnWorker } from './on-worker.js'
import { Overrun } from './overrun.js'
import type { Shipment } from './shipment.js'
import type { SlotOwner } from './slot-owner.js'
import { endOfUnread } from './unread.js'
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
  #dying = false

  constructor(kind: WorkerKind, setup: WorkerSetup, owner: SlotOwner) {
    this.id = setup.workerId
    this.isFar = kind.runtime === 'processes'
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
    const post = (message: ToWorker) => this.#life.post(message)
    this.#on = new OnWorker(() => this.#life.ledger)
    const here = { on: this.#on, isAlive: () => this.state === 'alive', post, end: () => this.end() }
    this.#runs = new HeldRuns(here)
    this.#overrun = new Overrun({ ...here, watch: this.#watch, runs: this.#runs })
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

  #received(message: FromWorker): void {
    if (message.type === 'reply') this.#replied(message)
    else if (message.type === 'mark') this.#marked(message)
    else if (message.type === 'report') this.inFlight.find(({ batch }) => batch.id === message.batch)?.onReport(message)
    else if (message.type === 'exit') this.#watch.exitCode = message.code
    else if (message.type === 'full') this.#leaveFull(true)
    else if (message.type === 'unread') this.#unread(message)
    else {
      this.#runs.dropped(message.run)
      this.#owner.freed()
    }
  }

  #replied(reply: Reply): void {
    const shipment = this.inFlight[0]
    if (shipment?.batch.id !== reply.batch) return
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
    const shipment = this.inFlight[0]
    if (shipment?.batch.id !== message.batch) return
    this.#runs.doubt(shipment.batch.run)
    this.#turn()
    this.#over(shipment, endOfUnread(shipment, message))
  }

  /** The worker turns to its next batch. */
  #turn(): void {
    this.#on.shift()
    this.#watch.rest()
    this.#overrun.end()
    if (this.inFlight[0] !== undefined) this.#watch.due(this.inFlight[0].batch)
  }

  /** Its last batch is over. */
  #over(shipment: Shipment, end: BatchEnd): void {
    shipment.onEnd(this.#runs.isDropped(shipment.batch.run) ? { kind: 'cancelled' } : end)
    this.#runs.awaitDrops()
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
