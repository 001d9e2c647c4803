/** Waiting for several futures. */
import { readOptions } from '../options.js'
import { oneOf } from '../rules.js'
import type { Future } from './future.js'
import { orNone } from './pool-options.js'
import { setOf, whenEachIsDone } from './several.js'
import { fromZero, type TimeoutOptions, waitFor } from './timeout.js'

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

const waitRules = { timeout: orNone(fromZero), returnWhen: oneOf(FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED) }

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
