/** The loop: fill batches, send them, hear what they came to, run again what was lost. */
import type { BatchEnd, RunningBatch, WorkerPool } from '../../backend/backend.js'
import type { Freight, FreightPlan } from '../../backend/freight/freight.js'
import { now } from '../../clock.js'
import type { Describer } from '../../function/describe/describe.js'
import type { Soon } from '../../soon.js'
import type { Engine, Unsettled, Waiting } from '../run/engine.js'
import { Puller } from '../run/puller.js'
import type { Run } from '../run/run.js'
import { Answers } from './answers.js'
import { type Filled, Filler } from './fill.js'
import { Flight } from './flight.js'
import { FunctionTable } from './function-table.js'
import { type BadEnd, Mishaps } from './mishaps.js'
import { nextBatchId, sliceCalls } from './select-calls.js'
import { Sizing } from './sizing.js'
import { waitingOf } from './waiting-for.js'

// Nobody sees results before the last one is in, so batches (32 ms) mostly answer once: at 5 ms the answers took 6 of the 20 ms that a run of
// 400 ms on two cores took of this thread. What finished and was not sent when a worker crashes runs again.
const unwatchedFlushMs = 50

/** A pool as a run sees it. */
export interface RunPool extends Omit<WorkerPool, 'running'> {
  /** Undefined where the pool does not tell. */
  running(): readonly RunningBatch[] | undefined
}

/** What dispatch works with, made while the workers start. */
export interface DispatchTools {
  readonly pool: RunPool
  readonly sharesMemory: boolean
  readonly describer: Describer
  readonly maxTasksPerWorker: number
  /** How large memory travels to these workers; undefined: as any other data. */
  freight(plan: Pick<FreightPlan, 'run' | 'isFixed'>): Freight | undefined
}

const unanswered: BadEnd = { kind: 'lost', at: undefined, how: { exitCode: undefined, signal: undefined } }

export class Dispatch implements Engine {
  readonly #run: Run
  readonly #tools: Soon<DispatchTools>
  readonly #flights: Set<Flight>
  readonly #mishaps: Mishaps
  readonly #answers: Answers
  readonly #puller: Puller
  #pool: RunPool | undefined
  #functions: FunctionTable | undefined
  #freight: Freight | undefined
  #filler: Filler | undefined
  readonly #sizing: Sizing
  #cancelled = false
  #reason: unknown

  /** @param flights Holds the batches that are under way, for others to look at. */
  constructor(run: Run, tools: Soon<DispatchTools>, flights: Set<Flight>) {
    this.#run = run
    this.#flights = flights
    this.#tools = tools
    this.#sizing = new Sizing(run)
    this.#mishaps = new Mishaps(run, this.#flights, (flight) => {
      if (!this.#cancelled) this.#launch(flight)
    })
    this.#answers = new Answers(run, flights, this.#mishaps)
    this.#puller = new Puller(run, { pump: () => this.#pump(), hasRoom: () => this.#hasRoom() })
  }

  more(): void {
    if (!this.#cancelled) this.#puller.pull()
  }

  cancel(reason: unknown): readonly Unsettled[] {
    if (this.#cancelled) return []
    this.#cancelled = true
    this.#reason = reason
    this.#pool?.cancel(reason)
    const flights = [...this.#flights, ...this.#mishaps.abandoned()]
    const unsettled = flights.flatMap((flight) => flight.unsettled())
    this.#flights.clear()
    const waiting = this.#filler?.abandoned() ?? []
    return [...unsettled, ...waiting.map((task) => ({ ...task, attempts: 0, open: this.#run.places.open(1) }))]
  }

  waiting(): Waiting {
    return waitingOf(this.#run, this.#flights, { pool: this.#pool, hasRetries: this.#mishaps.isWaiting })
  }

  async close(): Promise<void> {
    // All that counts has come of them, though the word that they are done is still on its way.
    for (const flight of this.#flights) if (flight.answered > 0) flight.weigh(this.#run.meter, flight.busyMs)
    // All tasks have settled: no worker needs anything any more. Else some may yet read or write.
    if (!this.#cancelled && !this.#mishaps.isLeaving) this.#freight?.close()
    const tools = this.#tools instanceof Promise ? await this.#tools.catch(() => undefined) : this.#tools
    if (this.#cancelled) tools?.pool.cancel(this.#reason)
    await tools?.pool.close()
    // Whoever reads a stream to its end need not wait for a call that has failed.
    if (this.#mishaps.isLeaving) void this.#mishaps.left().then(() => this.#freight?.close())
    else this.#freight?.close()
  }

  async #pump(): Promise<void> {
    const { pool, describer, sharesMemory, maxTasksPerWorker, freight } = await this.#tools
    if (this.#cancelled) return
    this.#pool = pool
    this.#freight ??= freight({ run: this.#run.id, isFixed: this.#run.reader.isArray })
    this.#functions ??= new FunctionTable(describer, sharesMemory, this.#freight)
    this.#filler ??= new Filler(this.#run, this.#functions, sharesMemory)
    while (this.#hasRoom()) {
      const { remaining } = this.#run.reader
      const begunMs = now()
      const filled = await this.#filler.fill((fn) => this.#sizing.next(fn, remaining, maxTasksPerWorker, this.#flights.size))
      this.#run.meter.inputMs += now() - begunMs
      if (this.#cancelled) return
      this.#filler.taken()
      if (filled !== undefined) this.#launch(this.#toFlight(filled))
    }
  }

  #hasRoom(): boolean {
    return this.#run.mayPull() && !this.#cancelled && !this.#sizing.isTooEarly(this.#flights.size)
  }

  #toFlight({ builder, options }: Filled): Flight {
    const batch = builder.build({
      id: nextBatchId(),
      run: this.#run.id,
      expectedMs: this.#sizing.expectedMs(builder.size),
      flushMs: this.#run.isWatched ? undefined : unwatchedFlushMs,
      graceMs: this.#run.options.graceMs,
      isHeard: this.#run.hearsProgress,
      output: this.#run.options.onOutput !== undefined,
    })
    const { cargo } = builder
    const release = cargo.length > 0 ? () => this.#freight?.release(cargo) : undefined
    return new Flight(batch, this.#run.places.open(batch.size, release), options)
  }

  #launch(flight: Flight): void {
    const { batch } = flight
    this.#flights.add(flight)
    this.#run.meter.moves += 1
    this.#run.tell({ type: 'batch-sent', atMs: this.#run.atMs, batch: batch.id, tasks: batch.size })
    this.#pool
      ?.run(
        batch,
        (reply) => this.#answers.replied(flight, reply, this.#functions),
        (from) => this.#given(flight, from),
        (report) => this.#answers.reported(flight, report),
      )
      .then((end) => this.#ended(flight, end))
      .catch((error: unknown) => this.#run.fail(error))
  }

  /** A worker has nothing to do: calls that another one has not begun go there. */
  #given(flight: Flight, from: number): void {
    const { batch, owned, open, options } = flight
    if (from >= owned || !this.#flights.has(flight)) return
    flight.owned = from
    this.#launch(new Flight(sliceCalls(batch, from, owned, nextBatchId()), open, options, flight.spent))
  }

  async #ended(flight: Flight, end: BatchEnd): Promise<void> {
    await flight.reading
    if (!this.#flights.delete(flight) || end.kind === 'cancelled') return
    // Whoever ran it may say that it is done, and not have answered all of it.
    const how = end.kind === 'done' && flight.answered < flight.owned ? unanswered : end
    if (how.kind === 'done') this.#learn(flight)
    else {
      if (how.kind !== 'returned') flight.weigh(this.#run.meter)
      this.#mishaps.ended(flight, how)
    }
    this.#run.progressed()
  }

  #learn({ batch, answered, busyMs, loadMs, cutShort }: Flight): void {
    this.#run.tell({ type: 'batch-settled', atMs: this.#run.atMs, batch: batch.id, tasks: answered, busyMs })
    if (cutShort || answered === 0) return this.more()
    const fn = typeof batch.fns === 'number' ? this.#functions?.functionOf(batch.fns) : undefined
    if (this.#sizing.learn(fn, answered, Math.max(0, busyMs - loadMs))) this.more()
  }
}
