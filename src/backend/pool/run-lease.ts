/** One run's view of a shared pool: what it has waiting, and what it has under way. */
import { now } from '../../clock.js'
import type { Batch, Reply } from '../../worker/batch.js'
import type { Report } from '../../worker/messages.js'
import { packReason, type StopReason } from '../../worker/stop-reason.js'
import type { BatchEnd, PoolRequest, RunningBatch, WorkerPool } from '../backend.js'
import { Queue } from '../queue.js'
import type { Shipment } from '../slot/shipment.js'

/** The pool that a lease belongs to. */
export interface LeasedPool {
  /** Send what waits to where there is room. */
  fill(): void
  /** Resolves when nothing of the lease is on a worker any more; `reason` is for the calls that run there. */
  drop(lease: Lease, reason: StopReason): Promise<void>
  /** The lease's run is over. */
  release(lease: Lease): void
  /** What workers of the lease are busy with. */
  running(lease: Lease): readonly RunningBatch[]
  /** Somebody waits for a batch: the program must not end meanwhile. */
  wait(): void
  /** A batch is back. */
  arrived(): void
}

// Nothing of it runs any more, but for calls that were told to stop already.
const overReason: StopReason = { raw: undefined }

export class Lease implements WorkerPool {
  readonly request: PoolRequest
  readonly waiting = new Queue<Shipment>()
  readonly sent = new Set<Shipment>()
  /** Ids of the runs that came through here: one, usually. */
  readonly runs: number[] = []
  readonly #pool: LeasedPool
  readonly #rejects = new Map<Shipment, (error: unknown) => void>()
  #dropped: Promise<void> | undefined
  #failed: { readonly error: unknown } | undefined

  constructor(pool: LeasedPool, request: PoolRequest) {
    this.#pool = pool
    this.request = request
  }

  run(
    batch: Batch,
    onReply: (reply: Reply) => void,
    onGiven: (from: number) => void = () => undefined,
    onReport: (report: Report) => void = () => undefined,
  ): Promise<BatchEnd> {
    if (this.#failed !== undefined) return Promise.reject(this.#failed.error)
    if (!this.runs.includes(batch.run)) this.runs.push(batch.run)
    this.#pool.wait()
    return new Promise<BatchEnd>((resolve, reject) => {
      const state = { worker: 0, queuedMs: now(), answered: false, owned: batch.size, entry: 0, sinceMs: 0 } as const
      const shipment: Shipment = {
        batch,
        ...state,
        onReply: (reply) => {
          this.#tellRide(shipment)
          onReply(reply)
        },
        onGiven,
        onReport,
        onEnd: (end) => {
          if (end.kind !== 'done') this.#tellRide(shipment)
          this.#ended(shipment, () => resolve(end))
        },
      }
      this.#rejects.set(shipment, reject)
      this.waiting.push(shipment)
      this.#pool.fill()
    })
  }

  cancel(reason?: unknown): void {
    for (const shipment of this.waiting.clear()) shipment.onEnd({ kind: 'cancelled' })
    this.#dropped ??= this.#pool.drop(this, packReason(reason))
  }

  async close(): Promise<void> {
    if (this.#dropped === undefined) void this.#pool.drop(this, overReason)
    else await this.#dropped
    this.#pool.release(this)
  }

  /** Batches that never began come first again. */
  takeBack(shipments: readonly Shipment[]): void {
    for (const shipment of shipments) this.sent.delete(shipment)
    if (this.#dropped !== undefined) {
      for (const shipment of shipments) shipment.onEnd({ kind: 'cancelled' })
      return
    }
    this.waiting.putBack(shipments)
  }

  /** Every batch of this run rejects. */
  fail(error: unknown): void {
    this.#failed = { error }
    this.waiting.clear()
    for (const [shipment, reject] of [...this.#rejects]) this.#ended(shipment, () => reject(error))
  }

  /** What its workers are busy with. */
  running(): readonly RunningBatch[] {
    return this.#pool.running(this)
  }

  #tellRide({ batch: { id: batch }, worker, queuedMs, sinceMs }: Shipment): void {
    // It never came to a worker.
    if (worker === 0) return
    this.request.onRide?.({ batch, worker, waitedMs: sinceMs - queuedMs, onWorkerMs: now() - sinceMs })
  }

  #ended(shipment: Shipment, settle: () => void): void {
    if (!this.#rejects.delete(shipment)) return
    this.sent.delete(shipment)
    this.#pool.arrived()
    settle()
  }
}
