/** `Future`: what is to come of a call that an executor was given. */
import type { Outcome } from '../outcome.js'
import type { QueuedTask } from '../parallel/queue/queued-task.js'
import type { TaskQueue } from '../parallel/queue/task-queue.js'
import type { Task } from '../task.js'
import { checkFunction, tell } from './checks.js'
import { CancelledError } from './errors.js'
import { inTime, readTimeout, type TimeoutOptions } from './timeout.js'

/**
 * What is to come of a call: a promise that can be asked. It raises no unhandled rejection by itself.
 *
 * @example
 * ```ts
 * import { type Future, ThreadPoolExecutor } from 'joblet/futures'
 *
 * const executor = ThreadPoolExecutor(2)
 * const future: Future<number> = executor.submit(Math.sqrt, 9)
 * console.log(await future, future.done(), await future.exception()) // 3 true null
 * await executor.shutdown()
 * ```
 * @category Futures
 */
export class Future<T> extends Promise<T> {
  readonly #queue: TaskQueue
  readonly #queued: QueuedTask
  // Of whatever: a future of a string is one of something, too.
  readonly #resolve: (value: unknown) => void
  readonly #reject: (error: unknown) => void
  readonly #callbacks = new Set<(future: this) => unknown>()
  #error: { readonly error: unknown } | undefined

  /** What `then` gives is an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  /** @internal */
  constructor(queue: TaskQueue, task: Task) {
    let settle: [resolve: (value: T) => void, reject: (error: unknown) => void] | undefined
    super((...both) => (settle = both))
    // Named first: `Run.whenChanged` says why.
    const resolve = (value: unknown) => settle?.[0](value as T)
    const reject = (error: unknown) => settle?.[1](error)
    this.#resolve = resolve
    this.#reject = reject
    this.catch(() => undefined)
    this.#queue = queue
    this.#queued = queue.submit(task, (outcome) => this.#settled(outcome))
  }

  /** Whether its call has ended, or was cancelled. */
  done(): boolean {
    return this.#queued.state === 'settled'
  }

  /** Whether its call has gone to a worker, and has not ended. */
  running(): boolean {
    return this.#queued.state === 'running'
  }

  /** Whether it was cancelled before it began. */
  cancelled(): boolean {
    return this.#error?.error instanceof CancelledError
  }

  /** Whether its call threw, or could not be made. @internal */
  get failed(): boolean {
    return this.#error !== undefined && !this.cancelled()
  }

  /** Take the call back. @returns Whether that worked: a call that has gone to a worker is not stopped. */
  cancel(): boolean {
    if (this.cancelled()) return true
    return this.#queue.cancel(this.#queued, new CancelledError('cannot give a result: the future was cancelled before its call began'))
  }

  /**
   * What the call gives.
   *
   * @throws What it throws.
   * @throws {CancelledError} If it was cancelled.
   * @throws {TimeoutError} If it is not there in time; the call goes on.
   */
  async result(options?: TimeoutOptions): Promise<T> {
    return inTime(this, readTimeout('result', options), 'the result of a future')
  }

  /**
   * What the call throws; null if it gives a value.
   *
   * @throws {CancelledError} If it was cancelled.
   * @throws {TimeoutError} If it has not ended in time; the call goes on.
   */
  async exception(options?: TimeoutOptions): Promise<unknown> {
    const error = this.then(
      () => null,
      (error: unknown) => error,
    )
    const thrown = await inTime(error, readTimeout('exception', options), 'the end of a future')
    if (thrown instanceof CancelledError) throw thrown
    return thrown
  }

  /** Call `callback` with this future when it is done; at once, if it is. */
  addDoneCallback(callback: (future: this) => unknown): void {
    checkFunction(callback, 'future.addDoneCallback((future) => ...)')
    if (this.done()) tell(callback, this)
    else this.#callbacks.add((future) => callback(future))
  }

  /** As `addDoneCallback`. @returns What takes it back. @internal */
  whenDone(callback: (future: this) => unknown): () => void {
    if (this.done()) callback(this)
    else this.#callbacks.add(callback)
    return () => void this.#callbacks.delete(callback)
  }

  #settled(outcome: Outcome<unknown>): void {
    if (outcome._tag === 'Right') this.#resolve(outcome.right)
    else {
      this.#error = outcome.left
      this.#reject(outcome.left.error)
    }
    const callbacks = [...this.#callbacks]
    this.#callbacks.clear()
    for (const callback of callbacks) tell(callback, this)
  }
}
