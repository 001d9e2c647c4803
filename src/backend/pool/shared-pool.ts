/** Workers that several runs share: each run has a lease, and leases take turns by batch. */

import { now } from '../../clock.js'
import { setTimeout } from '../../timers.js'
import type { SetupReply, WorkerSetup } from '../../worker/messages.js'
import type { StopReason } from '../../worker/stop-reason.js'
import type { PoolRequest, RunningBatch, WorkerLoss, WorkerStart } from '../backend.js'
import { warnOfKilledStart, wasKilled } from '../launch/start-error.js'
import type { WorkerKind } from '../launch/tinypool-options.js'
import { tellLines } from '../output/tell-lines.js'
import type { WorkerLines } from '../output/worker-output.js'
import type { Shipment } from '../slot/shipment.js'
import { Slot } from '../slot/slot.js'
import type { SlotOwner } from '../slot/slot-owner.js'
import { CutStarts } from './cut-starts.js'
import { KeepAlive } from './keep-alive.js'
import { chooseSlot } from './placement.js'
import { Rebalancer } from './rebalancer.js'
import { Lease, type LeasedPool } from './run-lease.js'

/** How the workers of a pool are made. */
export interface PoolPlan {
  readonly kind: WorkerKind
  readonly maxTasksPerWorker: number
  /** What worker number `workerId` is told, when `workers` are planned for. */
  setup(workerId: number, workers: number): WorkerSetup
  /** What a worker said about a start that failed, as the error to reject with. */
  startFailure(reply: SetupReply & { ok: false }): Promise<unknown>
  /** The pool can start no worker; nobody may use it any more. */
  broken(): void
}

export class SharedPool implements SlotOwner, LeasedPool {
  readonly #plan: PoolPlan
  readonly #slots: Slot[] = []
  readonly #keepAlive = new KeepAlive()
  readonly #rebalancer = new Rebalancer(() => ({ slots: this.#slots, leases: this.#leases }))
  /** In the order of their turns. */
  #leases: Lease[] = []
  #workersMade = 0
  readonly #cutStarts = new CutStarts()

  constructor(plan: PoolPlan) {
    this.#plan = plan
  }

  /** Workers for one run. */
  lease(request: PoolRequest): Lease {
    const lease = new Lease(this, request)
    this.#leases.push(lease)
    this.#grow(Math.min(request.nJobs, request.tasks ?? request.nJobs))
    return lease
  }

  /** Send what waits to where there is room. */
  fill(): void {
    for (let skipped = 0; skipped < this.#leases.length; ) {
      const lease = this.#leases.shift()
      if (lease === undefined) return
      this.#leases.push(lease)
      skipped = this.#place(lease) ? 0 : skipped + 1
    }
  }

  freed(): void {
    this.fill()
    this.#rebalancer.rebalance()
  }

  ended(slot: Slot, unbegun: readonly Shipment[], how: WorkerLoss | undefined): void {
    for (const lease of this.#leases) {
      lease.takeBack(unbegun.filter((shipment) => lease.sent.has(shipment)))
      if (how !== undefined) lease.request.onWorkerLost(how, slot.id)
    }
    if (slot.state !== 'gone') void this.#start(slot)
  }

  running(lease: Lease): readonly RunningBatch[] {
    return this.#slots.flatMap((slot) => {
      const running = slot.running
      return running !== undefined && lease.runs.includes(running.run) ? [running] : []
    })
  }

  printed(slot: Slot, lines: WorkerLines): boolean {
    return tellLines(this.#leases, slot, lines)
  }

  /** Nothing of `lease` runs any more once this resolves; whoever is busy with it is ended. */
  async drop(lease: Lease, reason: StopReason): Promise<void> {
    const leaving = this.#slots.flatMap((slot) => lease.runs.flatMap((run) => slot.drop(run, reason) ?? []))
    if (leaving.length > 0) await this.#keepAlive.during(Promise.all(leaving))
  }

  /** The lease's run is over. */
  release(lease: Lease): void {
    this.#leases = this.#leases.filter((other) => other !== lease)
  }

  wait(): void {
    this.#keepAlive.hold()
  }

  arrived(): void {
    this.#keepAlive.release()
  }

  /** End all workers. */
  async destroy(): Promise<void> {
    this.#rebalancer.stop()
    await this.#keepAlive.during(Promise.all(this.#slots.splice(0).map((slot) => slot.destroy())))
    this.#keepAlive.close()
  }

  /** Whether the lease's next batch found a place. */
  #place(lease: Lease): boolean {
    const shipment = lease.waiting.first
    if (shipment === undefined) return false
    const slot = chooseSlot(this.#slots, shipment.batch, lease, this.#plan.maxTasksPerWorker)
    if (slot === undefined) {
      this.#growFor(lease)
      return false
    }
    lease.waiting.shift()
    lease.sent.add(shipment)
    shipment.worker = slot.id
    lease.request.onAssigned?.(shipment.batch.id, slot.id)
    try {
      slot.send(shipment)
    } catch (error) {
      shipment.onEnd({ kind: 'unsendable', error })
    }
    // Whoever has nothing to do now will mostly have a batch before long.
    if (shipment.batch.size > 1 && this.#slots.some((other) => other.takesBatches && other.inFlight.length === 0))
      this.#rebalancer.lookLater()
    return true
  }

  /** One more worker, if the lease may have it and those that are starting are not enough. */
  #growFor(lease: Lease): void {
    const starting = this.#slots.filter((slot) => slot.state === 'starting').length
    if (starting < lease.waiting.length) this.#grow(Math.min(lease.request.nJobs, this.#slots.length + 1))
  }

  #grow(wanted: number): void {
    while (this.#slots.length < wanted) {
      this.#workersMade += 1
      const slot = new Slot(this.#plan.kind, this.#plan.setup(this.#workersMade, wanted), this)
      this.#slots.push(slot)
      void this.#start(slot)
    }
  }

  async #start(slot: Slot): Promise<void> {
    const begunMs = now()
    try {
      const reply = await slot.start()
      if (!reply.ok) throw await this.#plan.startFailure(reply)
      this.#tellStart({ worker: slot.id, pid: reply.pid, threadId: reply.threadId, bootMs: now() - begunMs })
      this.#cutStarts.reset()
      this.freed()
    } catch (error) {
      if (slot.state === 'gone') return
      if (!wasKilled(error)) return this.#break(error)
      const pauseMs = this.#cutStarts.pauseMs(this.#slots.some(({ state }) => state === 'alive'))
      if (pauseMs === undefined) return this.#break(error)
      if (this.#cutStarts.times === 1) warnOfKilledStart(error)
      setTimeout(() => slot.state !== 'gone' && void this.#start(slot), pauseMs).unref()
    }
  }

  #tellStart(started: WorkerStart): void {
    for (const { request } of this.#leases) request.onWorkerStarted?.(started)
  }

  /** No worker can be started: every run rejects, and nothing is tried again and again. */
  async #break(error: unknown): Promise<void> {
    this.#plan.broken()
    for (const lease of [...this.#leases]) lease.fail(error)
    await this.destroy()
  }
}
