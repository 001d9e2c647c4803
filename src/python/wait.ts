/** Waiting for several futures. */
import { now } from '../clock.js'
import { readOptions, show } from '../options.js'
import { oneOf } from '../rules.js'
import { TimeoutError } from './errors.js'
import { Future } from './future.js'
import { orNone } from './pool-options.js'
import { fromZero, late, type TimeoutOptions, waitFor } from './timeout.js'

/** Waits for the first to be done. */
export const FIRST_COMPLETED = 'FIRST_COMPLETED'
/** Waits for the first to fail, or else for all. */
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION'
/** Waits for all. */
export const ALL_COMPLETED = 'ALL_COMPLETED'

/** What `wait` takes. */
export interface WaitOptions extends TimeoutOptions {
  /** What to wait for. @default 'ALL_COMPLETED' */
  readonly returnWhen?: 'FIRST_COMPLETED' | 'FIRST_EXCEPTION' | 'ALL_COMPLETED' | undefined
}

/** What has become of futures. */
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
 * const { done, notDone } = await wait(futures, { returnWhen: 'FIRST_COMPLETED' })
 */
export async function wait<F extends Future<unknown>>(futures: Iterable<F>, options?: WaitOptions): Promise<Waited<F>> {
  const all = setOf('wait', futures)
  const { timeout, returnWhen = ALL_COMPLETED } = readOptions('wait', waitRules, options)
  const { enough, ignore } = until(all, returnWhen)
  await waitFor(enough, timeout).finally(ignore)
  const isDone = (future: F) => future.done()
  return { done: new Set([...all].filter(isDone)), notDone: new Set([...all].filter((future) => !isDone(future))) }
}

/** A future that is done, as `for await` hands it out: TypeScript takes whatever has a `then` for its value there, so this type has none. It is the very future. */
export type DoneFuture<T> = Pick<Future<T>, 'done' | 'running' | 'cancelled' | 'cancel' | 'result' | 'exception' | 'addDoneCallback'>

/** The type of a future `F` that is done. */
export type DoneOf<F> = F extends Future<infer T> ? DoneFuture<T> : never

/**
 * Futures one by one, as they are done.
 *
 * @throws {TimeoutError} When `timeout` has passed since the call and some are not done.
 * @throws {OptionError} If an option is unknown or wrong.
 * @example
 * for await (const future of asCompleted(futures)) console.log(await future.result())
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
