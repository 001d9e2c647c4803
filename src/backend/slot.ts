/** One place for a worker: what is in flight there, and what becomes of it when the worker stops. */
import { controlCell, type FromWorker, type Mark, type Reply, type SetupReply, type WorkerSetup } from '../worker/batch.js'
import type { WorkerLoss } from './backend.js'
import { CallWatch } from './call-watch.js'
import { Drops } from './drops.js'
import { Forgotten } from './forgotten.js'
import type { Shipment } from './shipment.js'
import type { WorkerKind } from './tinypool-options.js'
import { WorkerLife } from './worker-life.js'
import { salvage, withOwnEnd } from './wreck.js'

/** What a slot tells its pool. */
export interface SlotOwner {
  /** The slot has room again. */
  freed(): void
  /** The worker ended; `unbegun` never started there. A worker that was ended on purpose gives no `how`. */
  ended(slot: Slot, unbegun: readonly Shipment[], how: WorkerLoss | undefined): void
}

/** How long a worker may take to leave a run that was cancelled; then it is ended. Replacing one costs 30 to 60 ms, so a short wait pays. */
const graceMs = 20

/** `alive`: takes batches. `starting`: will. `ending`: is being stopped. `gone`: for good. */
type State = 'starting' | 'alive' | 'ending' | 'gone'

export class Slot {
  /** First the batch that runs, then those that wait in the worker. */
  readonly inFlight: Shipment[] = []
  /** Tasks its present worker was given. */
  tasksTaken = 0
  state: State = 'starting'
  readonly #owner: SlotOwner
  readonly #life: WorkerLife
  /** Functions that the worker holds, by run. */
  readonly #known = new Map<number, Set<number>>()
  readonly #drops = new Drops(() => this.end())
  readonly #forgotten = new Forgotten((runs) => this.#life.post({ type: 'forget', runs }))
  readonly #watch = new CallWatch(() => this.end())
  #dying = false

  constructor(kind: WorkerKind, setup: WorkerSetup, owner: SlotOwner) {
    this.#owner = owner
    this.#life = new WorkerLife(kind, setup, {
      received: (message) => this.#received(message),
      dying: () => {
        this.#dying = true
        this.#watch.stop()
      },
      ended: (how) => this.#ended(how),
    })
  }

  /** Whether batches may be sent: not while the worker is leaving a run, for it may be stuck in that. */
  get takesBatches(): boolean {
    return this.state === 'alive' && !this.#dying && this.#drops.size === 0
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
    const known = this.#known.get(batch.run) ?? new Set()
    const define = batch.define.filter(({ id }) => !known.has(id))
    this.#life.post({ ...batch, define, forget: this.#forgotten.take() })
    for (const { id } of define) known.add(id)
    this.#known.set(batch.run, known)
    this.inFlight.push(shipment)
    this.tasksTaken += batch.size
  }

  /**
   * Make the worker forget a run, and end it if it is busy with that run for much longer.
   *
   * @returns When nothing of the run is here any more.
   */
  drop(run: number): Promise<void> {
    if (!this.#known.delete(run)) return Promise.resolve()
    const [running, ...waiting] = this.inFlight
    const isOurs = ({ batch }: Shipment) => batch.run === run
    const { control } = this.#life
    if (running !== undefined && isOurs(running) && control !== undefined) Atomics.store(control, controlCell.stop, running.batch.id)
    if (!this.inFlight.some(isOurs)) {
      this.#forgotten.add(run)
      return Promise.resolve()
    }
    const dropped = this.#drops.add(run)
    this.#cancel(waiting.filter(isOurs))
    // A worker that is being ended anyway answers by its end.
    if (this.state === 'alive') {
      this.#life.post({ type: 'drop', run })
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
  }

  #received(message: FromWorker): void {
    if (message.type === 'reply') this.#replied(message)
    else if (message.type === 'mark') this.#marked(message)
    else if (message.type === 'exit') this.#watch.exitCode = message.code
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
    this.inFlight.shift()
    this.#watch.rest()
    shipment.onReply(reply)
    shipment.onEnd({ kind: this.#drops.has(shipment.batch.run) ? 'cancelled' : 'done' })
    this.#awaitDrops()
    this.#owner.freed()
  }

  #marked(mark: Mark): void {
    const running = this.inFlight[0]?.batch
    if (running?.id === mark.batch && !this.#dying) this.#watch.marked(mark, running)
  }

  #dropped(run: number): void {
    this.#cancel(this.inFlight.filter(({ batch }) => batch.run === run))
    this.#drops.settle(run)
    this.#owner.freed()
  }

  /** Once nothing else can be running, a worker that does not say that it dropped a run is busy with it. */
  #awaitDrops(): void {
    const running = this.inFlight[0]?.batch.run
    if (running === undefined || this.#drops.has(running)) this.#drops.expectWithin(graceMs)
    else this.#drops.excuse()
  }

  #cancel(shipments: readonly Shipment[]): void {
    for (const shipment of shipments) {
      this.inFlight.splice(this.inFlight.indexOf(shipment), 1)
      shipment.onEnd({ kind: 'cancelled' })
    }
  }

  #ended(how: WorkerLoss): void {
    // Whoever waits for the start hears it from `start`.
    if (this.state === 'starting') return
    const { mark, timedOutAt, exitCode } = this.#watch
    const wreck = withOwnEnd({
      inFlight: this.inFlight.splice(0),
      control: this.#life.control,
      mark,
      timedOutAt,
      exitCode,
      how,
      onPurpose: this.state === 'ending' || this.state === 'gone',
      isDropped: (run) => this.#drops.has(run),
    })
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
    if (this.state !== 'gone') this.state = 'ending'
  }
}
