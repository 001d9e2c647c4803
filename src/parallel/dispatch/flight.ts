/** A batch that is under way: which of its calls have an answer. */
import type { Failure, FailureKind } from '../../failure.js'
import type { Reviver } from '../../function/revive/revive.js'
import { loading } from '../../loading.js'
import type { TaskOptions } from '../../task.js'
import { type Batch, indexOfCall, type Reply } from '../../worker/batch.js'
import { columnValues } from '../../worker/column.js'
import { unpackError, unpackPlain } from '../../worker/unpack.js'
import { type Spent, unspent } from '../options/retry.js'
import { none, type Open, type Segment } from '../output/segment.js'
import type { Unsettled } from '../run/engine.js'
import type { Meter } from '../run/meter.js'
import type { FailedTry } from '../run/next-try.js'

const noneSpent: ReadonlyMap<number, Spent> = new Map()

export class Flight {
  readonly batch: Batch
  readonly open: Open
  /** Options of tasks that have some, by index in the run. */
  readonly options: ReadonlyMap<number, TaskOptions>
  /** Calls that are this batch's own: the first so many; the others were given back, and run in other batches. */
  owned: number
  /** Calls that have an answer: the first so many. */
  answered = 0
  busyMs = 0
  loadMs = 0
  /** Workers that ended in a row before they began its calls. */
  ends = 0
  /** Whether some of its calls did not begin here: what it took says nothing about them. */
  cutShort = false
  /** Answers that are still being made into values. */
  reading: Promise<unknown> = Promise.resolve()
  #isWeighed = false

  /** How often tasks were tried again, by index in the run. */
  readonly spent: ReadonlyMap<number, Spent>

  constructor(batch: Batch, open: Open, options: ReadonlyMap<number, TaskOptions>, spent: ReadonlyMap<number, Spent> = noneSpent) {
    this.batch = batch
    this.spent = spent
    this.owned = batch.size
    this.open = open
    this.options = options
  }

  /** Positions of calls without an answer. */
  get unfinished(): number[] {
    return Array.from({ length: Math.max(0, this.owned - this.answered) }, (_, i) => this.answered + i)
  }

  /** It is over: it counts in what the run has cost. @param busyMs As its worker says, unless that cannot say it any more. */
  weigh(meter: Meter, busyMs?: number): void {
    if (!this.#isWeighed) meter.batchOver(this.batch.id, this.answered, busyMs)
    this.#isWeighed = true
  }

  /** How often the call at `at` has been started, if it was running when its worker ended. */
  attemptsOf(at: number): number {
    return (this.batch.attempts?.[at] ?? 0) + 1
  }

  /** Calls without an answer, as tasks whose run is called off. */
  unsettled(): Unsettled[] {
    return this.unfinished.map((at) => {
      const index = indexOfCall(this.batch, at)
      return { index, label: this.options.get(index)?.label, attempts: this.batch.attempts?.[at] ?? 0, open: this.open }
    })
  }

  /** A failure of the call at `at`. */
  failure(at: number, kind: Failure['kind'], error: unknown): Failure {
    const index = indexOfCall(this.batch, at)
    const label = this.options.get(index)?.label
    return { kind, error, index, attempts: this.attemptsOf(at), ...(label === undefined ? {} : { label }) }
  }

  /** The attempt at the call at `at` that failed now. */
  failedTry(at: number, kind: FailureKind): FailedTry {
    const index = indexOfCall(this.batch, at)
    const spent = this.spent.get(index) ?? unspent
    return { index, kind, attempt: this.attemptsOf(at), spent, options: this.options.get(index) }
  }

  /**
   * What a reply says, stretch by stretch; a promise when something in it has to be revived first.
   *
   * @param again Calls that run again: nothing has come of them yet.
   */
  read(reply: Reply, again: ReadonlySet<number>, reviver: () => Promise<Reviver>): readonly Segment[] | Promise<readonly Segment[]> {
    const values = columnValues(reply.values)
    const failures = again.size === 0 ? reply.failures : reply.failures.filter(({ at }) => !again.has(at))
    const described = reply.values.parcels.length > 0 || failures.some(({ error }) => 'parcel' in error)
    if (described) return this.#readDescribed({ ...reply, failures }, again, values, reviver)
    const errors = failures.map(({ error }) => unpackPlain(error))
    return this.#segments({ ...reply, failures }, again, values, errors)
  }

  async #readDescribed(
    reply: Reply,
    again: ReadonlySet<number>,
    plain: ArrayLike<unknown>,
    reviver: () => Promise<Reviver>,
  ): Promise<readonly Segment[]> {
    const values = Array.from(plain)
    const failures = [...reply.failures]
    const made = await reviver()
    for (const [at, parcel] of reply.values.parcels) {
      const read = await settled(made.revive(parcel))
      if ('value' in read) values[at] = read.value
      else failures.push({ at: reply.from + at, kind: 'unsendable', error: { raw: read.error } })
    }
    const errors: unknown[] = []
    for (const { error } of failures) {
      const read = await settled(unpackError(error, made))
      errors.push('value' in read ? read.value : read.error)
    }
    const { mapStacks } = await loading(() => import('../../function/engine/stack.js'))
    for (const error of errors) mapStacks(error)
    return this.#segments({ ...reply, failures }, again, values, errors)
  }

  #segments(
    { from, count, failures }: Reply,
    again: ReadonlySet<number>,
    values: ArrayLike<unknown>,
    errors: readonly unknown[],
  ): readonly Segment[] {
    const failed = failures.length === 0 ? none : new Map(failures.map(({ at, kind }, i) => [at - from, this.failure(at, kind, errors[i])]))
    const { indices } = this.batch
    if (typeof indices === 'number' && again.size === 0)
      return [{ first: indices + from, count, values, failures: failed, open: this.open }]
    const places = Array.from({ length: count }, (_, i) => i).filter((i) => !again.has(from + i))
    return places.map((i) => {
      const failure = failed.get(i)
      return {
        first: indexOfCall(this.batch, from + i),
        count: 1,
        values: [values[i]],
        failures: failure === undefined ? none : new Map([[0, failure]]),
        open: this.open,
      }
    })
  }
}

/** What a promise came to. A value that cannot be made here, because its module fails to load, is its task's failure alone. */
const settled = (promise: Promise<unknown>): Promise<{ readonly value: unknown } | { readonly error: unknown }> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
