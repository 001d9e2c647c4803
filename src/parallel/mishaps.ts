/** What becomes of the calls of a batch that went wrong: each fails for a reason of its own, or runs again. */
import type { BatchEnd, WorkerLoss } from '../backend/backend.js'
import { isSpent } from '../backend/given-memory.js'
import { TaskTimeoutError, WorkerCrashError } from '../errors.js'
import { type Batch, indexOfCall } from '../worker/batch.js'
import { judge } from './blame.js'
import { Flight } from './flight.js'
import type { FunctionTable } from './function-table.js'
import { type Resent, type Unbegun, withoutModules } from './resend.js'
import type { Run } from './run.js'
import { nextBatchId, selectCalls } from './select-calls.js'

/** An end that leaves calls without an answer. */
export type BadEnd = Exclude<BatchEnd, { readonly kind: 'done' | 'cancelled' }>

export class Mishaps {
  readonly #run: Run
  readonly #underWay: Set<Flight>
  readonly #send: (flight: Flight) => void

  /**
   * @param underWay The batches of the run: what waits to be sent again counts as one of them.
   * @param send Sends a batch, unless the run was cancelled.
   */
  constructor(run: Run, underWay: Set<Flight>, send: (flight: Flight) => void) {
    this.#run = run
    this.#underWay = underWay
    this.#send = send
  }

  ended(flight: Flight, end: BadEnd): void {
    if (end.kind === 'timed-out') this.#timedOut(flight, end.at)
    else if (end.kind === 'unsendable') this.#refused(flight, end.error)
    else if (end.kind === 'returned') this.#runAgain(flight, flight.unfinished, flight.batch.alone === true)
    else this.#lost(flight, end.at, end.how)
  }

  /** Calls that did not begin, since a worker could not load a module, run with what it exports by value. */
  sendByValue(flight: Flight, unbegun: readonly Unbegun[], functions: FunctionTable): void {
    flight.cutShort = true
    const calls = unbegun.map(({ at }) => at)
    const batch = selectCalls(flight.batch, calls, {
      id: nextBatchId(),
      alone: flight.batch.alone === true,
      attempts: calls.map((call) => flight.batch.attempts?.[call] ?? 0),
    })
    // Counts as under way: the run can be cancelled meanwhile.
    const waiting = new Flight(batch, flight.open, flight.options)
    this.#underWay.add(waiting)
    withoutModules(batch, unbegun, functions)
      .then((resent) => this.#resend(waiting, resent))
      .catch((error: unknown) => this.#run.fail(error))
  }

  #resend(waiting: Flight, { batch, refused }: Resent): void {
    if (!this.#underWay.delete(waiting)) return
    const calls = waiting.unfinished.filter((at) => !refused.has(at))
    this.#runAgain(new Flight(batch, waiting.open, waiting.options), calls, batch.alone === true)
    for (const [at, error] of refused) {
      const failure = waiting.failure(at, 'unsendable', error)
      this.#run.settleFailure({ ...failure, attempts: failure.attempts - 1 }, waiting.open)
    }
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
    if (isSpent(flight.batch)) this.#failSpent(flight)
    else if (flight.batch.size > 1) this.#runAgain(flight, flight.unfinished, true)
    else this.#fail(flight, 0, 'unsendable', error)
  }

  #lost(flight: Flight, at: number | undefined, how: WorkerLoss): void {
    const { unfinished } = flight
    if (unfinished.length === 0) return
    const { blamed, again, alone } = judge({ unfinished, at, alone: flight.batch.alone === true })
    this.#runAgain(flight, again, alone)
    if (blamed === undefined) return
    const attempts = flight.attemptsOf(blamed)
    if (isSpent(flight.batch)) return this.#fail(flight, blamed, 'crashed', crashError(nameOf(flight, blamed), how, goneArguments))
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
    if (isSpent(flight.batch)) return this.#failSpent(flight)
    const batch: Batch = selectCalls(flight.batch, calls, { id: nextBatchId(), alone, attempts })
    this.#send(new Flight(batch, flight.open, flight.options))
  }

  /** It was sent and never answered, and is a batch of one. */
  #failSpent(flight: Flight): void {
    const how = { exitCode: undefined, signal: undefined }
    this.#fail(flight, 0, 'crashed', crashError(nameOf(flight, 0), how, goneArguments))
  }

  #fail(flight: Flight, at: number, kind: 'timed-out' | 'crashed' | 'unsendable', error: unknown): void {
    this.#run.settleFailure(flight.failure(at, kind, error), flight.open)
  }
}

function nameOf(flight: Flight, at: number): string {
  const index = indexOfCall(flight.batch, at)
  const label = flight.options.get(index)?.label
  return label === undefined ? `task ${index}` : `task ${index} (${label})`
}

const wouldRetry = 'and `retries` would have run it again'
const goneArguments = 'and it cannot run again, since its moved arguments are gone'

function crashError(task: string, { exitCode, signal, cause }: WorkerLoss, remedy = wouldRetry): WorkerCrashError {
  const how = signal !== undefined ? `was ended by ${signal}` : exitCode === undefined ? 'did not run it' : `exited with code ${exitCode}`
  const why = cause instanceof Error ? ` (${cause.name}: ${cause.message})` : ''
  return new WorkerCrashError(`cannot finish ${task}: its worker ${how}${why}; the other tasks went on, ${remedy}`, {
    exitCode,
    signal,
    cause,
  })
}
