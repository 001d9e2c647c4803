/** What becomes of the calls of a batch that went wrong: each fails for a reason of its own, or runs again. */
import type { BatchEnd, WorkerLoss } from '../../backend/backend.js'
import { isSpent } from '../../backend/freight/given-memory.js'
import { TaskTimeoutError } from '../../errors.js'
import type { FailureKind } from '../../failure.js'
import { type Batch, type CallFailure, indexOfCall } from '../../worker/batch.js'
import { nextTry } from '../run/next-try.js'
import type { Run } from '../run/run.js'
import { Waiting } from '../run/waiting.js'
import { judge } from './blame.js'
import { crashError, goneArguments } from './crash-error.js'
import { Flight } from './flight.js'
import type { FunctionTable } from './function-table.js'
import { type Resent, type Unbegun, unbegunIn, withoutModules } from './resend.js'
import { nextBatchId, selectCalls } from './select-calls.js'

/** An end that leaves calls without an answer. */
export type BadEnd = Exclude<BatchEnd, { readonly kind: 'done' | 'cancelled' }>

/**
 * How many workers may end in a row as a call is brought to them, before it fails. One that is killed by chance will begin in one of the next; what
 * is too much for a worker to receive would end one after the other.
 */
const mostEnds = 20
const endedBefore = `and ${mostEnds} workers in a row ended before they began it`

export class Mishaps {
  readonly #run: Run
  readonly #underWay: Set<Flight>
  readonly #send: (flight: Flight) => void
  readonly #waiting = new Waiting<Flight>()
  readonly #leaving = new Set<Promise<void>>()

  /**
   * @param underWay The batches of the run: what waits to be sent again counts as one of them.
   * @param send Sends a batch, unless the run was cancelled.
   */
  constructor(run: Run, underWay: Set<Flight>, send: (flight: Flight) => void) {
    this.#run = run
    this.#underWay = underWay
    this.#send = send
  }

  /** Calls that gave no value. @returns Those that run again. */
  failed(flight: Flight, failures: readonly CallFailure[], functions: FunctionTable | undefined): ReadonlySet<number> {
    const unbegun = unbegunIn(failures)
    if (unbegun.length > 0 && functions !== undefined) this.#sendByValue(flight, unbegun, functions)
    const thrown = failures.filter(({ at, kind }) => kind === 'thrown' && this.#retry(flight, at, kind))
    return new Set([...unbegun, ...thrown].map(({ at }) => at))
  }

  /** Attempts that wait for their time wait no longer. */
  abandoned(): readonly Flight[] {
    return this.#waiting.clear()
  }

  /** Whether any of them waits for its time. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0
  }

  /** Whether calls that have failed may still run. */
  get isLeaving(): boolean {
    return this.#leaving.size > 0
  }

  /** Resolves when they do not. */
  async left(): Promise<void> {
    await Promise.allSettled(this.#leaving)
  }

  ended(flight: Flight, end: BadEnd): void {
    if (end.kind === 'timed-out') this.#timedOut(flight, end.at, end.left)
    else if (end.kind === 'unsendable') this.#refused(flight, end.error)
    else if (end.kind === 'returned') this.#returned(flight, end.how)
    else this.#lost(flight, end)
  }

  /** Calls that did not begin, since a worker could not load a module, run with what it exports by value. */
  #sendByValue(flight: Flight, unbegun: readonly Unbegun[], functions: FunctionTable): void {
    flight.cutShort = true
    const calls = unbegun.map(({ at }) => at)
    const batch = selectCalls(flight.batch, calls, {
      id: nextBatchId(),
      alone: flight.batch.alone === true,
      attempts: calls.map((call) => flight.batch.attempts?.[call] ?? 0),
    })
    // Counts as under way: the run can be cancelled meanwhile.
    const waiting = new Flight(batch, flight.open, flight.options, flight.spent)
    this.#underWay.add(waiting)
    withoutModules(batch, unbegun, functions)
      .then((resent) => this.#resend(waiting, resent))
      .catch((error: unknown) => this.#run.fail(error))
  }

  #resend(waiting: Flight, { batch, refused }: Resent): void {
    if (!this.#underWay.delete(waiting)) return
    const calls = waiting.unfinished.filter((at) => !refused.has(at))
    this.#runAgain(new Flight(batch, waiting.open, waiting.options, waiting.spent), calls, batch.alone === true)
    for (const [at, error] of refused) {
      const failure = waiting.failure(at, 'unsendable', error)
      this.#run.settleFailure({ ...failure, attempts: failure.attempts - 1 }, waiting.open)
    }
  }

  #timedOut(flight: Flight, at: number, left: Promise<void> | undefined): void {
    const { timeouts } = flight.batch
    const limit = (typeof timeouts === 'object' ? timeouts[at] : timeouts) ?? 0
    this.#runAgain(
      flight,
      flight.unfinished.filter((call) => call !== at),
      false,
    )
    if (left !== undefined) this.#leave(left)
    // Its answer was on the way when its worker was ended: it counts.
    if (at < flight.answered || this.#retry(flight, at, 'timed-out', left)) return
    this.#fail(flight, at, 'timed-out', new TaskTimeoutError(nameOf(flight, at), limit))
  }

  /** The wire refused the batch as a whole: one call per batch shows which it was. */
  #refused(flight: Flight, error: unknown): void {
    if (isSpent(flight.batch)) this.#failSpent(flight)
    else if (flight.batch.size > 1) this.#runAgain(flight, flight.unfinished, true)
    else this.#fail(flight, 0, 'unsendable', error)
  }

  /** It did not begin. @param how Its worker's end, unless that was ours. */
  #returned(flight: Flight, how: WorkerLoss | undefined): void {
    if (how !== undefined) flight.ends += 1
    if (flight.ends < mostEnds || how === undefined) return this.#runAgain(flight, flight.unfinished, flight.batch.alone === true)
    for (const at of flight.unfinished) this.#fail(flight, at, 'crashed', crashError(nameOf(flight, at), how, endedBefore))
  }

  #lost(flight: Flight, { at, suspects, how }: Extract<BadEnd, { readonly kind: 'lost' }>): void {
    const { unfinished } = flight
    if (unfinished.length === 0) return
    const { blamed, suspected, others } = judge({ unfinished, at, suspects, alone: flight.batch.alone === true })
    this.#runAgain(flight, others, false)
    this.#runAgain(flight, suspected, true)
    if (blamed === undefined) return
    if (isSpent(flight.batch)) return this.#fail(flight, blamed, 'crashed', crashError(nameOf(flight, blamed), how, goneArguments))
    if (this.#retry(flight, blamed, 'crashed')) return
    this.#fail(flight, blamed, 'crashed', crashError(nameOf(flight, blamed), how))
  }

  /** Whether the call is tried again, alone in a batch of its own. Nobody else waits for that. */
  #retry(flight: Flight, at: number, kind: FailureKind, left?: Promise<void>): boolean {
    const failed = flight.failedTry(at, kind)
    const next = isSpent(flight.batch) ? undefined : nextTry(this.#run, failed)
    if (next === undefined) return false
    const { batch, open, options } = flight
    const alone = kind === 'crashed' || batch.alone === true
    const again = selectCalls(batch, [at], { id: nextBatchId(), alone, attempts: [failed.attempt] })
    const attempt = new Flight(again, open, options, new Map([[failed.index, next.spent]]))
    if (next.delayMs === 0 && left === undefined) this.#send(attempt)
    else this.#sendLater(attempt, next.delayMs, left)
    return true
  }

  #sendLater(attempt: Flight, delayMs: number, left: Promise<void> | undefined): void {
    const due = () => {
      this.#run.places.waited(attempt.open)
      this.#send(attempt)
    }
    this.#run.places.wait(attempt.open)
    this.#waiting.add(attempt, due, delayMs, left)
  }

  #leave(left: Promise<void>): void {
    this.#leaving.add(left)
    const gone = () => void this.#leaving.delete(left)
    left.then(gone, gone)
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
    const again = new Flight(batch, flight.open, flight.options, flight.spent)
    again.ends = flight.ends
    this.#send(again)
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
