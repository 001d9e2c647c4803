/** The calls of a batch, one after another. Worker-safe. */
import { now } from '../clock.js'
import { ContextError } from '../errors.js'
import { unloadableModule } from '../function/found/unloadable.js'
import { isThenable } from '../soon.js'
import { type Batch, indexOfCall } from './batch.js'
import type { BatchHost } from './batch-host.js'
import type { Defined, RunScope } from './functions.js'
import type { Outbox } from './outbox.js'
import { Pulse } from './pulse.js'
import type { Rows } from './rows.js'
import type { RunningTask } from './running-task.js'
import { wasWritten } from './shared-watch.js'

const listenMs = 5

/** What a batch's calls need. */
export interface CourseParts {
  readonly batch: Batch
  readonly scope: RunScope
  readonly rows: Rows
  readonly host: BatchHost
  readonly outbox: Outbox
  /** The task that runs; each call in turn. */
  readonly task: RunningTask
  /** Whether tasks that write to shared memory are looked for. */
  readonly watches: boolean
}

export class Course {
  readonly #parts: CourseParts
  readonly #pulse: Pulse
  /** What all calls use. */
  readonly #only: Defined | undefined
  /** Whether calls have timeouts. */
  readonly #isTimed: boolean
  /** The call that comes next. */
  #next = 0
  #heardMs: number

  /** @param begunMs When the batch began. */
  constructor(parts: CourseParts, begunMs: number) {
    const { batch, scope } = parts
    this.#parts = parts
    this.#pulse = new Pulse(begunMs)
    this.#only = typeof batch.fns === 'number' ? scope.functions.get(batch.fns) : undefined
    this.#isTimed = batch.timeouts !== undefined
    this.#heardMs = begunMs
  }

  /**
   * Run the calls that come next until one has to be waited for. One loop that never waits, with all that is rare outside of it: of 0.11 us that a
   * square root took in a worker, 0.03 went to waiting for nothing and to calls that V8 did not make part of the loop.
   *
   * @returns What has to be waited for before it goes on; undefined at the end of the batch.
   */
  advance(): Promise<void> | undefined {
    const { batch, rows, host, outbox, task, watches } = this.#parts
    const { indices, attempts, size } = batch
    const isTimed = this.#isTimed
    while (this.#next < size) {
      const at = this.#next
      const atMs = this.#pulse.look()
      // Whoever may end this worker for a call that takes too long keeps what was finished before.
      if (isTimed) outbox.flush()
      if (atMs !== undefined) {
        if (!isTimed) outbox.flushWhenDue(atMs)
        if (host.listen !== undefined && atMs - this.#heardMs >= listenMs) return this.#listen(host.listen)
        // The first call always runs: what comes of too much memory here, for one, would come of it anywhere.
        if (at > 0 && host.isFull?.(atMs) === true) return undefined
      }
      if (!host.mayBegin(at, atMs)) return undefined
      this.#next = at + 1
      // Looked at here first, as is the function below: a call less for each, 3 to 10 ns of 70.
      task.begin(typeof indices === 'number' ? indices + at : indexOfCall(batch, at), (attempts?.[at] ?? 0) + 1, at)
      if (isTimed) host.started(at)
      const fn = this.#only ?? this.#functionAt(at)
      if (typeof fn !== 'function' || rows.unreadable?.has(at) === true) {
        const refused = this.#refuse(typeof fn === 'function' ? rows.unreadable?.get(at) : fn?.error)
        if (refused !== undefined) return refused
        continue
      }
      let value: unknown
      try {
        value = rows.call(fn, at)
        // Only a promise is awaited: a plain call costs 0.01 us, an awaited one ten times that.
        if (isThenable(value)) return this.#settle(value, at)
      } catch (error) {
        return this.#threw(at, error)
      }
      this.#ended(at)
      const pending = watches ? this.#addWatched(at, value) : outbox.add(value)
      if (pending !== undefined) return pending
    }
    return undefined
  }

  async #listen(listen: () => Promise<void>): Promise<void> {
    await listen()
    this.#heardMs = now()
  }

  #functionAt(at: number): Defined | undefined {
    const { batch, scope } = this.#parts
    return typeof batch.fns === 'number' ? this.#only : scope.functions.get(batch.fns[at] ?? -1)
  }

  /** The call cannot begin. */
  #refuse(error: unknown): Promise<void> | undefined {
    const { outbox } = this.#parts
    const module = unloadableModule(error)
    return module === undefined ? outbox.fail('unsendable', error) : outbox.unloadable(module, error)
  }

  async #settle(promise: PromiseLike<unknown>, at: number): Promise<void> {
    this.#parts.host.waits?.()
    let value: unknown
    try {
      value = await promise
    } catch (error) {
      return this.#threw(at, error)
    }
    this.#ended(at)
    return this.#addWatched(at, value)
  }

  #threw(at: number, error: unknown): Promise<void> {
    this.#ended(at)
    return this.#parts.outbox.fail('thrown', this.#writerError(at) ?? error)
  }

  #ended(at: number): void {
    this.#parts.task.end()
    if (this.#isTimed) this.#parts.host.over(at)
  }

  #addWatched(at: number, value: unknown): Promise<void> | undefined {
    const { outbox } = this.#parts
    const written = this.#writerError(at)
    return written === undefined ? outbox.add(value) : outbox.fail('thrown', written)
  }

  /** What a call fails with that wrote where nobody may. */
  #writerError(at: number): Error | undefined {
    if (!this.#parts.watches || !wasWritten()) return undefined
    const fn = this.#functionAt(at)
    const name = typeof fn === 'function' && fn.name !== '' ? fn.name : '(anonymous)'
    return new ContextError(
      `cannot trust shared memory: task ${indexOfCall(this.#parts.batch, at)} ('${name}') wrote to memory that \`shared\` made, which all tasks read; let it write to a copy`,
    )
  }
}
