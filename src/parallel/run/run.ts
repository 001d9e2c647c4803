/** One run: what was pulled, what has settled, how it ends. Engines move the tasks; this keeps the books. */
import { AsyncResource } from 'node:async_hooks'
import { now } from '../../clock.js'
import type { HowFar } from '../../errors.js'
import type { Listener, RunEvent } from '../../events.js'
import { type Failure, rememberFailure } from '../../failure.js'
import type { Task } from '../../task.js'
import { queueMicrotask } from '../../timers.js'
import { endedReason } from '../../worker/stop-reason.js'
import { end, type TaskInput } from '../input/source.js'
import type { ResolvedOptions } from '../options/parallel-options.js'
import type { Output } from '../output/output.js'
import { failureSegment, type Open, type Segment } from '../output/segment.js'
import { cancelTasks, watchForEnd } from './call-off.js'
import { Closing } from './closing.js'
import type { Engine, RunEnd } from './engine.js'
import { Meter } from './meter.js'
import { News } from './news.js'
import { Places } from './places.js'

let lastRun = 0

export class Run {
  /** From 1, in this program. */
  readonly id = ++lastRun
  readonly meter = new Meter()
  readonly options: ResolvedOptions
  readonly reader: TaskInput
  readonly output: Output
  /** The flow that the run was started in: there the input is pulled and listeners are called, whoever brings the news. */
  readonly flow = new AsyncResource('joblet.run', { requireManualDestroy: true })
  readonly #news: News
  #unwatch: () => void = () => undefined
  /** Whether Ctrl-C calls it off. */
  isInterruptible = true
  #onChange: () => void = () => undefined
  end: RunEnd | undefined
  #engine: Engine | undefined
  /** Later, in one go: whoever consumes a whole segment frees many at once. */
  readonly places = new Places(() => queueMicrotask(() => this.mayPull() && this.flow.runInAsyncScope(() => this.#engine?.more())))
  /** Index of the first failure that will end the run; nothing after it counts. */
  #cut = Number.POSITIVE_INFINITY
  #calledOff = false
  readonly #closing = new Closing()

  constructor(
    reader: TaskInput,
    options: ResolvedOptions,
    makeOutput: (consumed: (segment: Segment, count: number) => void) => Output,
    listenerFor: (options: ResolvedOptions, run: number) => Listener | undefined,
  ) {
    this.reader = reader
    this.options = options
    this.output = makeOutput((segment, count) => this.places.consumed(segment.open, count))
    this.#news = new News(this.meter, listenerFor(options, this.id), (error) => this.fail(error))
  }

  /** Milliseconds since the run began. */
  get atMs(): number {
    return this.#news.atMs
  }

  /** Whether anybody sees results, or hears of them, before the last one is in. */
  get isWatched(): boolean {
    return this.isHeard || this.options.returnAs !== 'list'
  }

  /** Whether anybody hears of what happens. */
  get isHeard(): boolean {
    return this.#news.isHeard
  }

  /** Whether it matters how far tasks say they are: to whoever listens, or to know that something moves. */
  get hearsProgress(): boolean {
    return this.isHeard || this.options.stallMs < Number.POSITIVE_INFINITY
  }

  /** Whether nothing is to begin any more. */
  get isCalledOff(): boolean {
    return this.end !== undefined || this.#calledOff
  }

  howFar(): HowFar {
    const { total, ended, pulled } = this.reader
    return { done: this.meter.settled, total: total ?? (ended ? pulled : undefined) }
  }

  /**
   * `listener` is called when there may be something new for the consumer. No plain field, here and wherever else each run or batch gets a callback: V8
   * puts a function that is written right behind `object.property =` among its old objects, and what it closes over stays until the next full
   * collection. 24 inline runs with results of 1 MB each left 23 MB to that one, and leave 2.
   */
  whenChanged(listener: () => void): void {
    this.#onChange = listener
  }

  /** Begin. */
  start(engine: Engine, backend: string): void {
    this.#engine = engine
    this.tell({ type: 'run-started', backend, workers: this.options.nJobs, total: this.reader.total })
    if (this.end === undefined) this.#unwatch = watchForEnd(this)
    if (!this.isCalledOff) engine.more()
  }

  /** Whether another batch may be pulled now. */
  mayPull(): boolean {
    const mayGoOn = this.end === undefined && !this.reader.ended && this.#cut === Number.POSITIVE_INFINITY
    return mayGoOn && this.places.taken < this.options.preDispatch
  }

  /** Pull the next task. A failing input ends the run. */
  pull(): Task | typeof end | Promise<Task | typeof end> {
    try {
      const next = this.reader.next()
      return next instanceof Promise ? next.catch((error: unknown) => this.#inputFailed(error)) : next
    } catch (error) {
      return this.#inputFailed(error)
    }
  }

  /** Tasks have settled. */
  settle(segment: Segment): void {
    if (this.end !== undefined) return
    this.meter.moves += 1
    this.meter.settled += segment.count
    this.meter.failed += segment.failures.size
    this.output.add(segment)
    this.#news.settled(segment)
    if (segment.failures.size > 0 && this.options.onError === 'throw') this.#failedWith(segment)
    // What lies before the failure is all there: the consumer will read it at leisure, nothing more has to run.
    if (this.#cut !== Number.POSITIVE_INFINITY && this.output.completeUpTo(this.#cut))
      this.#engine?.cancel(endedReason('its run has failed'))
    this.progressed()
  }

  /** A task has failed without travelling. */
  settleFailure(failure: Failure, open: Open): void {
    this.settle(failureSegment(failure, open))
  }

  /** Look whether that was all. */
  progressed(): void {
    const { reader } = this
    if (reader.ended) this.#news.inputEnded(reader.pulled)
    // A failure that the consumer has yet to read is how the run will end.
    const failing = this.#cut !== Number.POSITIVE_INFINITY
    if (this.end === undefined && !failing && reader.ended && this.meter.settled === reader.pulled) this.#finish({ ok: true })
    this.#onChange()
  }

  /** Something other than a task went wrong: the run rejects with `error`. */
  fail(error: unknown): void {
    this.#endNow({ ok: false, error }, 'its run has failed')
  }

  /** A task's failure ends the run: it rejects with the task's own error. */
  failWith(failure: Failure): void {
    if (this.end !== undefined) return
    rememberFailure({ ...failure, outcomes: this.output.outcomes() })
    this.fail(failure.error)
  }

  /** End now, whatever is under way: with `reason`, or under 'collect' with the outcomes that there are. */
  callOff(reason: unknown): void {
    if (this.isCalledOff) return
    this.#calledOff = true
    cancelTasks(this, this.#engine, reason)
  }

  /** The consumer wants no more. */
  stop(): void {
    this.#endNow({ ok: true }, 'nobody reads the results of its run any more')
  }

  /** Resolves when nothing of this run, which has ended, is left. */
  closed(): Promise<void> {
    return this.#closing.closed()
  }

  /** Resolves when this run has ended and nothing of it is left; never rejects. */
  finished(): Promise<void> {
    return this.#closing.finished
  }

  tell(event: RunEvent): void {
    this.#news.tell(event)
  }

  #failedWith(segment: Segment): void {
    const [failure] = [...segment.failures.values()].sort((a, b) => a.index - b.index)
    if (failure === undefined) return
    if (this.options.returnAs === 'list') return this.failWith(failure)
    this.#cut = Math.min(this.#cut, failure.index)
  }

  #inputFailed(error: unknown): typeof end {
    this.fail(error)
    return end
  }

  /** @param why What tasks that run hear. */
  #endNow(how: RunEnd, why: string): void {
    if (this.end !== undefined) return
    this.#engine?.cancel(endedReason(why))
    this.#finish(how)
    this.#onChange()
  }

  #finish(how: RunEnd): void {
    this.end = how
    this.#unwatch()
    this.meter.endedMs = now()
    this.tell({ type: 'run-settled', atMs: this.atMs, done: this.meter.settled, failed: this.meter.failed })
    this.#closing.begin([this.reader.close(), this.#engine?.close()])
  }
}
