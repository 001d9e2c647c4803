/** What is to come of calls that a pool was given. */
import { ContextError } from '../errors.js'
import { readOptions } from '../options.js'
import { fn } from '../rules.js'
import { tell } from './checks.js'
import { orNone } from './pool-options.js'
import { checkTimeout, inTime, readTimeout, type TimeoutOptions, waitFor } from './timeout.js'

/**
 * Who is told of a result.
 *
 * @example
 * ```ts
 * import { type CallbackOptions, Pool } from 'joblet/multiprocessing'
 *
 * const callbacks: CallbackOptions<number> = { callback: (n) => console.error(`it is ${n}`), errorCallback: console.error }
 * const pool = Pool({ processes: 2, backend: 'threads' })
 * console.log(await pool.applyAsync(Math.pow, [2, 5], callbacks).get()) // 32
 * pool.close()
 * ```
 * @category Pools
 */
export interface CallbackOptions<T> {
  /** Called with the result. */
  readonly callback?: ((value: T) => unknown) | null | undefined
  /** Called with what the call threw. */
  readonly errorCallback?: ((error: unknown) => unknown) | null | undefined
}

/**
 * What is to come of calls that a pool was given. It raises no unhandled rejection by itself.
 *
 * @example
 * ```ts
 * import { type AsyncResult, Pool } from 'joblet/multiprocessing'
 *
 * const pool = Pool({ processes: 2, backend: 'threads' })
 * const result: AsyncResult<number> = pool.applyAsync(Math.pow, [2, 5])
 * await result.wait(10_000)
 * console.log(result.ready(), await result.get()) // true 32
 * pool.close()
 * ```
 * @category Pools
 */
export class AsyncResult<T> {
  readonly #promise: Promise<T>
  #state: 'waiting' | 'successful' | 'failed' = 'waiting'

  /** @internal */
  constructor(promise: Promise<T>, { callback, errorCallback }: CallbackOptions<T> = {}) {
    this.#promise = promise
    promise.then(
      (value) => {
        this.#state = 'successful'
        if (callback != null) tell(callback, value)
      },
      (error: unknown) => {
        this.#state = 'failed'
        if (errorCallback != null) tell(errorCallback, error)
      },
    )
  }

  /**
   * The result.
   *
   * @throws What the call threw.
   * @throws {TimeoutError} If it is not there in time; the call goes on.
   */
  async get(options?: TimeoutOptions): Promise<T> {
    return inTime(this.#promise, readTimeout('get', options), 'the result')
  }

  /** Wait until it is ready. @param timeout Milliseconds after which to go on anyway, from 0. @default Infinity */
  async wait(timeout?: number): Promise<void> {
    const settled = this.#promise.then(
      () => undefined,
      () => undefined,
    )
    await waitFor(settled, checkTimeout('wait', timeout))
  }

  /** Whether the call has ended. */
  ready(): boolean {
    return this.#state !== 'waiting'
  }

  /** Whether the call gave a value. @throws {ContextError} If it has not ended. */
  successful(): boolean {
    if (this.#state === 'waiting')
      throw new ContextError('cannot say yet whether the call was successful: it has not ended; await wait() first')
    return this.#state === 'successful'
  }
}

const told = orNone(fn<(value: unknown) => unknown>())
const callbackRules = { callback: told, errorCallback: told }

/** A handle on what a promise is to give. @throws {OptionError} If a callback is no function. */
export function promised<T>(promise: Promise<T>, callbacks: CallbackOptions<T> | undefined): AsyncResult<T> {
  return new AsyncResult(promise, readOptions('callbacks', callbackRules, callbacks))
}
