/** A call that ran too long and was told to stop: until it has ended its worker gets nothing new, and a worker that takes too long over it is ended. */
import { clearTimeout, setImmediate, setTimeout } from '../../timers.js'
import { defaultGraceMs } from '../../worker/batch.js'
import type { ToWorker } from '../../worker/messages.js'
import type { CallWatch, LateCall } from './call-watch.js'
import type { HeldRuns } from './held-runs.js'
import type { OnWorker } from './on-worker.js'

/** The slot whose worker is busy with it. */
export interface OverrunSlot {
  readonly on: OnWorker
  readonly watch: CallWatch
  readonly runs: HeldRuns
  /** Whether the worker hears what it is told. */
  isAlive(): boolean
  post(message: ToWorker): void
  end(): void
}

export class Overrun {
  readonly #slot: OverrunSlot
  #timer: ReturnType<typeof setTimeout> | undefined
  #resolve: (() => void) | undefined

  constructor(slot: OverrunSlot) {
    this.#slot = slot
  }

  /** Whether a call is being waited for. */
  get isOn(): boolean {
    return this.#resolve !== undefined
  }

  /** A call of the batch that runs takes too long. */
  late(call: LateCall): void {
    const { on, watch, runs } = this.#slot
    const batch = on.shipments[0]?.batch
    const graceMs = batch?.graceMs ?? defaultGraceMs
    // A worker that said that it ends by itself has crashed; one that leaves the run has its grace already.
    if (batch === undefined || graceMs === 0 || watch.exitCode !== undefined) this.#slot.end()
    else if (this.#slot.isAlive() && !runs.isDropped(batch.run)) this.#begin(call, graceMs)
  }

  /** The call has ended, or its worker. */
  end(): void {
    clearTimeout(this.#timer)
    this.#resolve?.()
    this.#resolve = undefined
  }

  /** The call fails now, and its worker may go on if it stops soon; the calls behind it go elsewhere at once. */
  #begin({ at, timeoutMs }: LateCall, graceMs: number): void {
    const { on, watch } = this.#slot
    const [shipment, ...waiting] = on.shipments
    if (shipment === undefined) return
    const from = on.keep(shipment, at + 1)
    const hasEnded = from > at + 1
    // Its answer is on the way.
    if (hasEnded) watch.timedOutAt = undefined
    const left = hasEnded ? undefined : this.#wait(graceMs)
    if (left !== undefined) this.#slot.post({ type: 'stop', batch: shipment.batch.id, at, timeoutMs })
    if (from < shipment.owned) on.given(shipment, from)
    if (left === undefined) return
    watch.stop()
    for (const other of waiting) on.giveBack(other)
    shipment.onEnd({ kind: 'timed-out', at, left })
  }

  #wait(graceMs: number): Promise<void> {
    // This thread may have been busy itself: what the worker said meanwhile is read before it is judged.
    this.#timer = setTimeout(() => setImmediate(() => this.isOn && this.#slot.end()), graceMs)
    return new Promise((resolve) => {
      this.#resolve = resolve
    })
  }
}
