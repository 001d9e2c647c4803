/** What workers say of the batches of a run, put into its books. */
import type { Reviver } from '../../function/revive/revive.js'
import { loading } from '../../loading.js'
import type { Reply } from '../../worker/batch.js'
import type { Report } from '../../worker/messages.js'
import type { Segment } from '../output/segment.js'
import type { Run } from '../run/run.js'
import type { Flight } from './flight.js'
import type { FunctionTable } from './function-table.js'
import type { Mishaps } from './mishaps.js'

const none: ReadonlySet<number> = new Set()

export class Answers {
  readonly #run: Run
  readonly #flights: ReadonlySet<Flight>
  readonly #mishaps: Mishaps
  #reviver: Promise<Reviver> | undefined

  /** @param flights The batches that are under way. Nothing counts that is said of others. */
  constructor(run: Run, flights: ReadonlySet<Flight>, mishaps: Mishaps) {
    this.#run = run
    this.#flights = flights
    this.#mishaps = mishaps
  }

  /** Some calls of a batch have come to something. */
  replied(flight: Flight, reply: Reply, functions: FunctionTable | undefined): void {
    // Nothing counts twice, whatever a backend sends.
    if (!this.#flights.has(flight) || reply.from < flight.answered || reply.from + reply.count > flight.batch.size) return
    flight.answered = reply.from + reply.count
    flight.busyMs = reply.busyMs
    flight.loadMs = reply.loadMs
    if (reply.done) flight.weigh(this.#run.meter, reply.busyMs)
    if (reply.count === 0) return
    const again = reply.failures.length === 0 ? none : this.#mishaps.failed(flight, reply.failures, functions)
    const segments = flight.read(reply, again, () => this.#makeReviver())
    if (segments instanceof Promise) flight.reading = Promise.all([flight.reading, segments.then((read) => this.#settle(read))])
    else this.#settle(segments)
  }

  /** A call tells how far it has come. */
  reported(flight: Flight, { at, progress }: Report): void {
    if (!this.#flights.has(flight) || at < flight.answered || at >= flight.owned) return
    const { index, attempt, options } = flight.failedTry(at, 'thrown')
    this.#run.tell({ type: 'task-progress', atMs: this.#run.atMs, index, attempt, label: options?.label, progress })
  }

  #settle(segments: readonly Segment[]): void {
    for (const segment of segments) this.#run.settle(segment)
  }

  #makeReviver(): Promise<Reviver> {
    this.#reviver ??= loading(() => import('../../function/revive/revive.js')).then(({ createReviver }) => createReviver())
    return this.#reviver
  }
}
