/** Waiting for several futures. */
import { now } from '../clock.js'
import { readOptions, show } from '../options.js'
import { oneOf } from '../rules.js'
import { TimeoutError } from './errors.js'
import { Future } from './future.js'
import { orNone } from './pool-options.js'
import { fromZero, late, type TimeoutOptions, waitFor } from './timeout.js'

/**
 * Waits for the first to be done.
 *
 * @example
 * ```ts
 * import { FIRST_COMPLETED, ThreadPoolExecutor, wait } from 'joblet/futures'
 *
 * const executor = ThreadPoolExecutor(2)
 * const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
 * const futures = [1, 500].map((ms) => executor.submit(sleep, ms))
 * const { done } = await wait(futures, { returnWhen: FIRST_COMPLETED })
 * console.log(done.size > 0) // true
 * await executor.shutdown()
 * ```
 * @category Waiting
 */
export const FIRST_COMPLETED = 'FIRST_COMPLETED'

/**
 * Waits for the first to fail, or else for all.
 *
 * @example
 * ```ts
 * import { FIRST_EXCEPTION, ThreadPoolExecutor, wait } from 'joblet/futures'
 *
 * const executor = ThreadPoolExecutor(2)
 * const futures = ['{', '1'].map((text) => executor.submit(JSON.parse, text))
 * const { done } = await wait(futures, { returnWhen: FIRST_EXCEPTION })
 * console.log(done.size > 0) // true
 * await executor.shutdown()
 * ```
 * @category Waiting
 */
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION'

/**
 * Waits for all.
 *
 * @example
 * ```ts
 * import { ALL_COMPLETED, ThreadPoolExecutor, wait } from 'joblet/futures'
 *
 * const executor = ThreadPoolExecutor(2)
 * const futures = ['1', '2'].map((text) => executor.submit(JSON.parse, text))
 * const { done, notDone } = await wait(futures, { returnWhen: ALL_COMPLETED })
 * console.log(done.size, notDone.size) // 2 0
 * await executor.shutdown()
 * ```
 * @category Waiting
 */
export const ALL_COMPLETED = 'ALL_COMPLETED'

/**
 * What `wait` takes.
 *
 * @example
 * ```ts
 * import { ThreadPoolExecutor, type WaitOptions, wait } from 'joblet/futures'
 *
 * const firstOfAll: WaitOptions = { returnWhen: 'FIRST_COMPLETED', timeout: 10_000 }
 * const executor = ThreadPoolExecutor(2)
 * const { done } = await wait([executor.submit(Math.sqrt, 9)], firstOfAll)
 * console.log(done.size) // 1
 * await executor.shutdown()
 * ```
 * @category Waiting
 */
export interface WaitOptions extends TimeoutOptions {
  /** What to wait for. @default 'ALL_COMPLETED' */
  readonly returnWhen?: 'FIRST_COMPLETED' | 'FIRST_EXCEPTION' | 'ALL_COMPLETED' | undefined
}

/**
 * What has become of futures.
 *
 * @example
 * ```ts
 * import { type Future, ThreadPoolExecutor, type Waited, wait } from 'joblet/futures'
 *
 * const inWords = ({ done, notDone }: Waited<Future<number>>): string => `${done.size} done, ${notDone.size} to come`
 * const executor = ThreadPoolExecutor(2)
 * console.log(inWords(await wait([executor.submit(Math.sqrt, 9)]))) // 1 done, 0 to come
 * await executor.shutdown()
 * ```
 * @category Waiting
 */
export interface Waited<F> {
  readonly done: Set<F>
  readonly notDone: Set<F>
}

const limit = { timeout: orNone(fromZero) }
const waitRules = { ...limit, returnWhen: oneOf(FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED) }

/**
 * Wait for futures. It rejects for none of them.
 *
 * @throws {OptionError} If an option is unknown or wrong.
 * @example
 * ```ts
 * import { ThreadPoolExecutor, wait } from 'joblet/futures'
 *
 * const executor = ThreadPoolExecutor(2)
 * const futures = ['1', '{', '3'].map((text) => executor.submit(JSON.parse, text))
 * const { done, notDone } = await wait(futures, { timeout: 10_000 })
 * console.log(done.size, notDone.size) // 3 0
 * await executor.shutdown()
 * ```
 * @category Waiting
 */
export async function wait<F extends Future<unknown>>(futures: Iterable<F>, options?: WaitOptions): Promise<Waited<F>> {
  const all = setOf('wait', futures)
  const { timeout, returnWhen = ALL_COMPLETED } = readOptions('wait', waitRules, options)
  const { enough, ignore } = until(all, returnWhen)
  await waitFor(enough, timeout).finally(ignore)
  const isDone = (future: F) => future.done()
  return { done: new Set([...all].filter(isDone)), notDone: new Set([...all].filter((future) => !isDone(future))) }
}

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
  const { timeout = Number.POSITIVE_INFINITY } = readOptions('asCompleted', limit, options)
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

function setOf<F>(where: string, futures: Iterable<F>): ReadonlySet<F> {
  if (futures instanceof Future)
    throw new TypeError(`cannot wait for a Future in ${where}: it takes a list; write ${where}([future]), or await the future`)
  const all = new Set(futures)
  for (const future of all)
    if (!(future instanceof Future))
      throw new TypeError(`cannot wait for ${show(future)} in ${where}: it is no Future; for promises there is Promise.race`)
  return all
}

/** Resolves when enough of them are done. */
function until(
  all: ReadonlySet<Future<unknown>>,
  returnWhen: WaitOptions['returnWhen'],
): { readonly enough: Promise<void>; readonly ignore: () => void } {
  let ignore = () => {}
  const enough = new Promise<void>((resolve) => {
    let left = all.size
    if (left === 0) resolve()
    ignore = whenEachIsDone(all, (future) => {
      left -= 1
      if (left === 0 || returnWhen === FIRST_COMPLETED || (returnWhen === FIRST_EXCEPTION && future.failed)) resolve()
    })
  })
  return { enough, ignore }
}

/** @returns What takes it back: whoever asks again and again would leave a listener each time. */
function whenEachIsDone<F extends Future<unknown>>(futures: ReadonlySet<F>, hear: (future: F) => void): () => void {
  const ignores = [...futures].map((future) => future.whenDone(() => hear(future)))
  return () => {
    for (const ignore of ignores) ignore()
  }
}
