/** What listeners hear of a run. */
import { now } from '../../clock.js'
import type { Listener, RunEvent } from '../../events.js'
import type { Segment } from '../output/segment.js'
import type { Meter } from './meter.js'

export class News {
  readonly #meter: Meter
  readonly #listener: Listener | undefined
  readonly #threw: (error: unknown) => void
  #isInputEndTold = false

  /**
   * @param meter Counts what is told of.
   * @param threw A listener of the caller's own threw: its error is theirs to hear.
   */
  constructor(meter: Meter, listener: Listener | undefined, threw: (error: unknown) => void) {
    this.#meter = meter
    this.#listener = listener
    this.#threw = threw
  }

  /** Whether anybody hears it. */
  get isHeard(): boolean {
    return this.#listener !== undefined
  }

  /** Milliseconds since the run began. */
  get atMs(): number {
    return now() - this.#meter.begunMs
  }

  tell(event: RunEvent): void {
    if (event.type === 'task-retried') this.#meter.retried += 1
    if (event.type === 'task-progress') this.#meter.moves += 1
    try {
      this.#listener?.(event)
    } catch (error) {
      this.#threw(error)
    }
  }

  /** Tasks have settled. */
  settled({ first, count, failures }: Segment): void {
    if (this.#listener === undefined) return
    for (let place = 0; place < count; place++)
      this.tell({ type: 'task-settled', atMs: this.atMs, index: first + place, failure: failures.get(place)?.kind })
  }

  /** The input has given its last task; told once. */
  inputEnded(total: number): void {
    if (this.#isInputEndTold) return
    this.#isInputEndTold = true
    this.tell({ type: 'input-ended', atMs: this.atMs, total })
  }
}
