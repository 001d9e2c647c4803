/** What a run has cost so far: a few additions per batch, so that it can always be asked why a run is slow. */
import type { BatchRide } from '../../backend/backend.js'
import { now } from '../../clock.js'

interface WorkerTally {
  busyMs: number
  tasks: number
  batches: number
}

export class Meter {
  readonly begunMs = now()
  endedMs: number | undefined
  /** Tasks that have ended, and those among them that failed. */
  settled = 0
  failed = 0
  retried = 0
  workersLost = 0
  /** Grows whenever something happens. */
  moves = 0
  inputMs = 0
  queuedMs = 0
  runMs = 0
  transferMs = 0
  /** Until the first batch could begin. */
  startMs: number | undefined
  /** How many batches brought so many results. */
  readonly sizes = new Map<number, number>()
  readonly workers = new Map<number, WorkerTally>()
  /** Of batches that are not counted yet. */
  readonly #rides = new Map<number, BatchRide>()

  get elapsedMs(): number {
    return (this.endedMs ?? now()) - this.begunMs
  }

  /** Which worker a batch is on, and for how long. */
  rode(ride: BatchRide): void {
    this.#rides.set(ride.batch, ride)
    this.startMs ??= Math.max(0, now() - this.begunMs - ride.onWorkerMs)
  }

  /** A batch is over. @param busyMs What its worker says; undefined if that cannot say it any more. */
  batchOver(batch: number, tasks: number, busyMs: number | undefined): void {
    const ride = this.#rides.get(batch)
    this.#rides.delete(batch)
    const runMs = busyMs ?? ride?.onWorkerMs ?? 0
    this.runMs += runMs
    if (tasks > 0) this.sizes.set(tasks, (this.sizes.get(tasks) ?? 0) + 1)
    if (ride === undefined) return
    this.queuedMs += ride.waitedMs
    this.transferMs += Math.max(0, ride.onWorkerMs - runMs)
    const worker = this.workers.get(ride.worker)
    const batches = tasks > 0 ? 1 : 0
    if (worker === undefined) this.workers.set(ride.worker, { busyMs: runMs, tasks, batches })
    else {
      worker.busyMs += runMs
      worker.tasks += tasks
      worker.batches += batches
    }
  }
}
