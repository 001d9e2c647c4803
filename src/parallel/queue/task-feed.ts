/** One run of a queue: the tasks that it is fed, and where what they come to goes. */
import type { Outcome } from '../../outcome.js'
import type { Task } from '../../task.js'
import { end, type TaskInput } from '../input/source.js'
import type { Consumed, Output } from '../output/output.js'
import { outcomeAt, type Segment } from '../output/segment.js'
import type { QueuedTask } from './queued-task.js'

/** Called when a task that ran has settled. */
export type Settled = (queued: QueuedTask, outcome: Outcome<unknown>) => void

export class TaskFeed implements TaskInput, Output {
  readonly total: number | undefined
  readonly isArray = false
  readonly remaining = undefined
  readonly stretch: number
  pulled = 0
  ended = false
  /** Nothing comes after what was given. */
  #closed = false
  readonly #given: QueuedTask[] = []
  /** Those that the run has pulled, by index. */
  readonly #pulled = new Map<number, QueuedTask>()
  readonly #settled: Settled
  #consumed: Consumed = () => undefined
  #asked: ((next: Task | typeof end) => void) | undefined

  /**
   * @param stretch Of the tasks that it takes.
   * @param total Undefined has all workers started at once, 0 as they are needed.
   */
  constructor(stretch: number, total: number | undefined, settled: Settled) {
    this.stretch = stretch
    this.total = total
    this.#settled = settled
  }

  /** As the run's output. */
  withConsumed(consumed: Consumed): this {
    this.#consumed = consumed
    return this
  }

  /** Tasks that were given and have not settled. */
  get unsettled(): readonly QueuedTask[] {
    return [...this.#pulled.values(), ...this.#given]
  }

  give(queued: QueuedTask): void {
    const asked = this.#asked
    this.#asked = undefined
    if (asked === undefined) this.#given.push(queued)
    else asked(this.#pull(queued))
  }

  /** No more is given. */
  finish(): void {
    this.#closed = true
    if (this.#asked === undefined) return
    this.ended = true
    this.#asked(end)
  }

  next(): Task | typeof end | Promise<Task | typeof end> {
    const queued = this.#given.shift()
    if (queued !== undefined) return this.#pull(queued)
    if (!this.#closed) return new Promise((resolve) => (this.#asked = resolve))
    this.ended = true
    return end
  }

  async close(): Promise<void> {
    this.finish()
  }

  add(segment: Segment): void {
    for (let place = 0; place < segment.count; place++) {
      const index = segment.first + place
      const queued = this.#pulled.get(index)
      this.#pulled.delete(index)
      if (queued !== undefined) this.#settled(queued, outcomeAt(segment, place))
    }
    this.#consumed(segment, segment.count)
  }

  completeUpTo(): boolean {
    return true
  }

  outcomes(): [] {
    return []
  }

  #pull(queued: QueuedTask): Task {
    this.#pulled.set(this.pulled++, queued)
    return queued.task
  }
}
