/** A run as an async generator. It starts when it is made; leaving it early stops the run. */

import { ContextError } from '../errors.js'
import type { StreamOutput } from './output/output.js'
import type { Run } from './run/run.js'

const dropped = new FinalizationRegistry<Run>((run) => run.stop())

/** Values of a run, one by one. */
export class RunStream implements AsyncGenerator<unknown, undefined, undefined> {
  readonly #run: Run
  readonly #output: StreamOutput
  readonly #alarm: { wake: (() => void) | undefined } = { wake: undefined }
  #left = false
  /** Whether the consumer has come to a failure: it reads nothing after it. */
  #hasFailed = false
  #asking = 0
  /** Calls of `next` are answered one after another, as a generator does. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(run: Run, output: StreamOutput) {
    this.#run = run
    this.#output = output
    // The run must not hold the stream: one that is dropped unread is to be found by the garbage collector.
    const alarm = this.#alarm
    run.whenChanged(() => alarm.wake?.())
    dropped.register(this, run)
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    // What is there is given at once: a million items took 1.5 us each where each waited for a turn of its own, and take 0.6 (test/bench).
    if (this.#asking === 0 && !this.#left) {
      const value = this.#takeValue()
      if (value !== undefined) return Promise.resolve(value)
    }
    this.#asking += 1
    const result = this.#turn.then(() => this.#next()).finally(() => (this.#asking -= 1))
    this.#turn = result.catch(() => undefined)
    return result
  }

  /** Its `Parallel` is being closed. A consumer that waits for the next item gets all of them; nobody else is going to ask. */
  close(): void {
    if (this.#asking > 0 || this.#left) return
    const why = 'its Parallel or pool was closed before it was read to the end; read it to the end or leave the loop first'
    this.#run.fail(new ContextError(`cannot go on with this stream: ${why}`))
  }

  /** Stop the run; resolves when nothing of it is left. */
  async return(): Promise<IteratorResult<unknown, undefined>> {
    await this.#leave()
    return { done: true, value: undefined }
  }

  async throw(error: unknown): Promise<IteratorResult<unknown, undefined>> {
    await this.#leave()
    throw error
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#leave()
  }

  async #next(): Promise<IteratorResult<unknown, undefined>> {
    while (!this.#left) {
      const value = this.#takeValue()
      if (value !== undefined) return value
      const { end } = this.#run
      if (end !== undefined) return this.#finish(end)
      await new Promise<void>((resolve) => {
        this.#alarm.wake = resolve
      })
    }
    return { done: true, value: undefined }
  }

  /** The next item, if it is there. A failure ends the run. */
  #takeValue(): IteratorResult<unknown, undefined> | undefined {
    const item = this.#hasFailed ? undefined : this.#output.take()
    if (item === undefined) return undefined
    if ('value' in item) return { done: false, value: item.value }
    this.#hasFailed = true
    this.#run.failWith(item.failure)
    return undefined
  }

  async #finish(end: NonNullable<Run['end']>): Promise<IteratorResult<unknown, undefined>> {
    this.#left = true
    // The first error counts, as it does in a loop whose iterator fails to close.
    await this.#run.closed().catch(() => undefined)
    if (!end.ok) throw end.error
    return { done: true, value: undefined }
  }

  async #leave(): Promise<void> {
    this.#left = true
    this.#run.stop()
    this.#alarm.wake?.()
    await this.#run.closed()
  }
}
