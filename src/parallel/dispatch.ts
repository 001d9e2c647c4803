/** The loop: fill batches, send them, hear what they came to, run again what was lost. */
import type { BatchEnd, WorkerLoss, WorkerPool } from '../backend/backend.js'
import { TaskTimeoutError, WorkerCrashError } from '../errors.js'
import type { Describer } from '../function/describe.js'
import type { Reviver } from '../function/revive.js'
import type { Batch, Reply } from '../worker/batch.js'
import { afterBatch, type BatchState, firstBatches, nextSize } from './batching.js'
import { judge } from './blame.js'
import type { Engine, Unsettled } from './engine.js'
import { type Filled, Filler } from './fill.js'
import { Flight } from './flight.js'
import { FunctionTable } from './function-table.js'
import type { Run } from './run.js'
import type { Segment } from './segment.js'
import { indexOfCall, selectCalls } from './select-calls.js'

// One count for the whole program: a worker serves several runs and must not take one batch for another. It stays within an Int32.
let lastBatch = 0
let lastRun = 0
const nextBatchId = (): number => (lastBatch = (lastBatch % 0x7fffffff) + 1)

// Batches per worker that are made before the first answer is in.
const unlearned = 16

/** What dispatch works with, made while the workers start. */
export interface DispatchTools {
  readonly pool: WorkerPool
  readonly sharesMemory: boolean
  readonly describer: Describer
  readonly maxTasksPerWorker: number
}

export class Dispatch implements Engine {
  readonly #run: Run
  readonly #id = ++lastRun
  readonly #tools: Promise<DispatchTools>
  readonly #flights = new Set<Flight>()
  #pool: WorkerPool | undefined
  #filler: Filler | undefined
  #reviver: Promise<Reviver> | undefined
  #state: BatchState = firstBatches
  #pulling = false
  #cancelled = false

  constructor(run: Run, tools: Promise<DispatchTools>) {
    this.#run = run
    this.#tools = tools
  }

  more(): void {
    if (this.#pulling || this.#cancelled) return
    this.#pulling = true
    this.#pump()
      .catch((error: unknown) => this.#run.fail(error))
      .finally(() => {
        this.#pulling = false
        this.#run.progressed()
        // Room may have come up while the last batch was being made.
        if (this.#run.mayPull() && !this.#isTooEarly()) this.more()
      })
  }

  cancel(): readonly Unsettled[] {
    if (this.#cancelled) return []
    this.#cancelled = true
    this.#pool?.cancel()
    const unsettled = [...this.#flights].flatMap((flight) => flight.unfinished.map((at) => this.#unsettled(flight, at)))
    this.#flights.clear()
    const waiting = this.#filler?.abandoned() ?? []
    return [...unsettled, ...waiting.map((task) => ({ ...task, attempts: 0, open: this.#run.opened(1) }))]
  }

  async close(): Promise<void> {
    const tools = await this.#tools.catch(() => undefined)
    if (this.#cancelled) tools?.pool.cancel()
    await tools?.pool.close()
  }

  async #pump(): Promise<void> {
    const { pool, describer, sharesMemory, maxTasksPerWorker } = await this.#tools
    this.#pool = pool
    this.#filler ??= new Filler(this.#run, new FunctionTable(describer, sharesMemory), sharesMemory)
    const { batchSize, nJobs } = this.#run.options
    while (this.#run.mayPull() && !this.#cancelled && !this.#isTooEarly()) {
      const { remaining } = this.#run.reader
      const filled = await this.#filler.fill(nextSize(this.#state, { batchSize, nJobs, remaining, most: maxTasksPerWorker }))
      if (this.#cancelled) return
      this.#filler.taken()
      if (filled !== undefined) this.#launch(this.#toFlight(filled))
    }
  }

  /** Nobody knows yet what a task costs, and there are batches of one for a while: those to come may be larger. */
  #isTooEarly(): boolean {
    const { batchSize, nJobs } = this.#run.options
    return batchSize === 'auto' && this.#state.taskMs === undefined && this.#flights.size >= unlearned * nJobs
  }

  #toFlight({ builder, options }: Filled): Flight {
    const { taskMs } = this.#state
    const batch = builder.build(nextBatchId(), this.#id, taskMs === undefined ? undefined : taskMs * builder.size)
    return new Flight(batch, this.#run.opened(batch.size), options)
  }

  #launch(flight: Flight): void {
    const { batch } = flight
    this.#flights.add(flight)
    this.#run.tell({ type: 'batch-sent', atMs: this.#run.atMs, batch: batch.id, tasks: batch.size })
    this.#pool
      ?.run(batch, (reply) => this.#replied(flight, reply))
      .then((end) => this.#ended(flight, end))
      .catch((error: unknown) => this.#run.fail(error))
  }

  #replied(flight: Flight, reply: Reply): void {
    // Nothing counts twice, whatever a backend sends.
    if (!this.#flights.has(flight) || reply.from < flight.answered) return
    flight.answered = reply.from + reply.count
    flight.busyMs = reply.busyMs
    if (reply.count === 0) return
    const segments = flight.read(reply, () => this.#makeReviver())
    if (segments instanceof Promise) flight.reading = Promise.all([flight.reading, segments.then((read) => this.#settle(read))])
    else this.#settle(segments)
  }

  #settle(segments: readonly Segment[]): void {
    for (const segment of segments) this.#run.settle(segment)
  }

  async #ended(flight: Flight, end: BatchEnd): Promise<void> {
    await flight.reading
    if (!this.#flights.delete(flight) || end.kind === 'cancelled') return
    if (end.kind === 'done') this.#learn(flight)
    else if (end.kind === 'timed-out') this.#timedOut(flight, end.at)
    else if (end.kind === 'unsendable') this.#refused(flight, end.error)
    else if (end.kind === 'returned') this.#runAgain(flight, flight.unfinished, flight.batch.alone === true)
    else this.#lost(flight, end.at, end.how)
    this.#run.progressed()
  }

  #learn({ batch, busyMs }: Flight): void {
    this.#run.tell({ type: 'batch-settled', atMs: this.#run.atMs, batch: batch.id, tasks: batch.size, busyMs })
    const before = this.#state.size
    this.#state = afterBatch(this.#state, batch.size, busyMs)
    if (before === firstBatches.size) this.more()
    const { size, taskMs = 0 } = this.#state
    if (size !== before) this.#run.tell({ type: 'batch-sized', atMs: this.#run.atMs, size, taskMs })
  }

  #timedOut(flight: Flight, at: number): void {
    const { timeouts } = flight.batch
    const limit = (typeof timeouts === 'object' ? timeouts[at] : timeouts) ?? 0
    this.#runAgain(
      flight,
      flight.unfinished.filter((call) => call !== at),
      false,
    )
    // Its answer was on the way when its worker was ended: it counts.
    if (at < flight.answered) return
    this.#fail(flight, at, 'timed-out', new TaskTimeoutError(nameOf(flight, at), limit))
  }

  /** The wire refused the batch as a whole: one call per batch shows which it was. */
  #refused(flight: Flight, error: unknown): void {
    if (flight.batch.size > 1) this.#runAgain(flight, flight.unfinished, true)
    else this.#fail(flight, 0, 'unsendable', error)
  }

  #lost(flight: Flight, at: number | undefined, how: WorkerLoss): void {
    const { unfinished } = flight
    if (unfinished.length === 0) return
    const { blamed, again, alone } = judge({ unfinished, at, alone: flight.batch.alone === true })
    this.#runAgain(flight, again, alone)
    if (blamed === undefined) return
    const attempts = flight.attemptsOf(blamed)
    const index = indexOfCall(flight.batch, blamed)
    const retries = flight.options.get(index)?.retries ?? this.#run.options.retries
    if (attempts > retries) return this.#fail(flight, blamed, 'crashed', crashError(nameOf(flight, blamed), how))
    this.#run.tell({ type: 'task-retried', atMs: this.#run.atMs, index, attempt: attempts + 1 })
    this.#relaunch(flight, [blamed], true, [attempts])
  }

  #runAgain(flight: Flight, calls: readonly number[], alone: boolean): void {
    const groups = alone ? calls.map((call) => [call]) : calls.length > 0 ? [calls] : []
    for (const group of groups) {
      this.#relaunch(
        flight,
        group,
        alone,
        group.map((call) => flight.batch.attempts?.[call] ?? 0),
      )
    }
  }

  #relaunch(flight: Flight, calls: readonly number[], alone: boolean, attempts: readonly number[]): void {
    if (this.#cancelled) return
    const batch: Batch = selectCalls(flight.batch, calls, { id: nextBatchId(), alone, attempts })
    this.#launch(new Flight(batch, flight.open, flight.options))
  }

  #fail(flight: Flight, at: number, kind: 'timed-out' | 'crashed' | 'unsendable', error: unknown): void {
    this.#run.settleFailure(flight.failure(at, kind, error), flight.open)
  }

  #unsettled(flight: Flight, at: number): Unsettled {
    const index = indexOfCall(flight.batch, at)
    return { index, label: flight.options.get(index)?.label, attempts: flight.batch.attempts?.[at] ?? 0, open: flight.open }
  }

  #makeReviver(): Promise<Reviver> {
    this.#reviver ??= import('../function/revive.js').then(({ createReviver }) => createReviver())
    return this.#reviver
  }
}

function nameOf(flight: Flight, at: number): string {
  const index = indexOfCall(flight.batch, at)
  const label = flight.options.get(index)?.label
  return label === undefined ? `task ${index}` : `task ${index} (${label})`
}

function crashError(task: string, { exitCode, signal, cause }: WorkerLoss): WorkerCrashError {
  const how = signal !== undefined ? `was ended by ${signal}` : `exited with code ${exitCode}`
  const why = cause instanceof Error ? ` (${cause.name}: ${cause.message})` : ''
  return new WorkerCrashError(
    `cannot finish ${task}: its worker ${how}${why}; the other tasks went on, and \`retries\` would have run it again`,
    { exitCode, signal, cause },
  )
}
