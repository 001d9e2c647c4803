/** Futures in the order in which they are done. */
import { now } from '../clock.js'
import { readOptions } from '../options.js'
import { TimeoutError } from './errors.js'
import type { Future } from './future.js'
import { orNone } from './pool-options.js'
import { setOf, whenEachIsDone } from './several.js'
import { fromZero, late, type TimeoutOptions, waitFor } from './timeout.js'

const rules = { timeout: orNone(fromZero) }

/**
 * A future that is done, as `for await` hands it out: TypeScript takes whatever has a `then` for its value there, so this type has none. It is the very future.
 *
 * @example
 * ```ts
 * import { asCompleted, type DoneFuture, ThreadPoolExecutor } from 'joblet/futures'
 *
 * const inWords = async (future: DoneFuture<unknown>) => (await future.exception()) ?? (await future.result())
 * const executor = ThreadPoolExecutor(2)
 * for await (const future of asCompleted([executor.submit(Math.sqrt, 9)])) console.error(await inWords(future))
 * await executor.shutdown()
 * ```
 * @category Waiting
 */
export type DoneFuture<T> = Pick<Future<T>, 'done' | 'running' | 'cancelled' | 'cancel' | 'result' | 'exception' | 'addDoneCallback'>

/**
 * The type of a future `F` that is done.
 *
 * @example
 * ```ts
 * import { asCompleted, type DoneOf, type Future, ThreadPoolExecutor } from 'joblet/futures'
 *
 * const rootOf = (future: DoneOf<Future<number>>): Promise<number> => future.result()
 * const executor = ThreadPoolExecutor(2)
 * for await (const future of asCompleted([executor.submit(Math.sqrt, 9)])) console.error(await rootOf(future))
 * await executor.shutdown()
 * ```
 * @category Waiting
 */
export type DoneOf<F> = F extends Future<infer T> ? DoneFuture<T> : never

/**
 * Futures one by one, as they are done.
 *
 * @throws {TimeoutError} When `timeout` has passed since the call and some are not done.
 * @throws {OptionError} If an option is unknown or wrong.
 * @example
 * ```ts
 * import { asCompleted, ThreadPoolExecutor } from 'joblet/futures'
 *
 * const executor = ThreadPoolExecutor(2)
 * let sum = 0
 * for await (const future of asCompleted([1, 4, 9].map((n) => executor.submit(Math.sqrt, n)))) sum += await future.result()
 * console.log(sum) // 6
 * await executor.shutdown()
 * ```
 * @category Waiting
 */
export function asCompleted<F extends Future<unknown>>(futures: Iterable<F>, options?: TimeoutOptions): AsyncIterableIterator<DoneOf<F>> {
  const all = setOf('asCompleted', futures)
  const { timeout = Number.POSITIVE_INFINITY } = readOptions('asCompleted', rules, options)
  return new Completed(all, timeout)
}

// Not a generator: what a generator yields it awaits, and a future would be its value.
class Completed<F extends Future<unknown>> implements AsyncIterableIterator<DoneOf<F>> {
  readonly #ready: F[] = []
  readonly #timeout: number
  readonly #endMs: number
  readonly #ignore: () => void
  readonly #total: number
  #left: number
  #wake: () => void = () => undefined

  constructor(futures: ReadonlySet<F>, timeout: number) {
    this.#timeout = timeout
    this.#endMs = now() + timeout
    this.#total = futures.size
    this.#left = futures.size
    this.#ignore = whenEachIsDone(futures, (future) => {
      this.#ready.push(future)
      this.#wake()
    })
  }

  async next(): Promise<IteratorResult<DoneOf<F>, undefined>> {
    while (this.#left > 0) {
      const future = this.#ready.shift()
      if (future !== undefined) {
        this.#left -= 1
        return { done: false, value: future as unknown as DoneOf<F> }
      }
      const some = new Promise<void>((resolve) => (this.#wake = resolve))
      if ((await waitFor(some, Math.max(0, this.#endMs - now()))) !== late) continue
      const what = `${this.#left} of ${this.#total} futures`
      await this.return()
      throw new TimeoutError(what, this.#timeout)
    }
    return { done: true, value: undefined }
  }

  async return(): Promise<IteratorResult<DoneOf<F>, undefined>> {
    this.#left = 0
    this.#ignore()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
