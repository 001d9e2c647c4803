/** Waiting for so long and no longer. Times are milliseconds. */
import { now } from '../clock.js'
import { OptionError } from '../errors.js'
import { readOptions, show } from '../options.js'
import { rule } from '../rules.js'
import { clearTimeout, setTimeout } from '../timers.js'
import { TimeoutError } from './errors.js'

/**
 * How long to wait.
 *
 * @example
 * ```ts
 * import { ThreadPoolExecutor, type TimeoutOptions } from 'joblet/futures'
 *
 * const patience: TimeoutOptions = { timeout: 10_000 }
 * const executor = ThreadPoolExecutor(2)
 * console.log(await executor.submit(Math.sqrt, 9).result(patience)) // 3
 * await executor.shutdown()
 * ```
 * @category Waiting
 */
export interface TimeoutOptions {
  /** Milliseconds, from 0. @default Infinity */
  readonly timeout?: number | undefined
}

/** Of `timeout` options: from 0, as in Python, where it asks without waiting. */
export const fromZero = rule(
  'a number of milliseconds from 0, or Infinity',
  (value): value is number => typeof value === 'number' && value >= 0,
)

/** @throws {OptionError} If `options` are not `{ timeout }`. */
export const readTimeout = (where: string, options: TimeoutOptions | undefined): number | undefined =>
  readOptions(where, { timeout: fromZero }, options).timeout

/** `timeout` itself, given as an argument. @throws {OptionError} If it is none. */
export function checkTimeout(where: string, timeout: number | undefined): number | undefined {
  if (timeout === undefined || (typeof timeout === 'number' && timeout >= 0)) return timeout
  throw new OptionError(where, [`\`timeout\` must be ${fromZero.expects}, got ${show(timeout)}`])
}

/** What {@link waitFor} gives when the time is over. */
export const late: unique symbol = Symbol('late')

// A Node timer that is set for longer fires at once.
const longestMs = 2 ** 31 - 1

/** What `promise` comes to, or {@link late} after `timeout`; the timer does not outlive either. */
export async function waitFor<T>(promise: PromiseLike<T>, timeout: number | undefined): Promise<T | typeof late> {
  if (timeout === undefined || timeout > longestMs) return promise
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<typeof late>((resolve) => {
    timer = setTimeout(resolve, timeout, late)
  })
  try {
    return await Promise.race([promise, over])
  } finally {
    clearTimeout(timer)
  }
}

/** What `promise` comes to. @throws {TimeoutError} After `timeout`. */
export async function inTime<T>(promise: PromiseLike<T>, timeout: number | undefined, what: string): Promise<T> {
  const value = await waitFor(promise, timeout)
  if (value === late) throw new TimeoutError(what, timeout ?? 0)
  return value
}

/** As `results`: all of them have `timeout` together, from now on. @param where What gives them. */
export const allInTime = (results: Results, timeout: number | undefined, where: string): Results =>
  timeout === undefined ? results : limited(results, timeout, now() + timeout, where)

type Results = AsyncGenerator<unknown, undefined, undefined>

async function* limited(results: Results, timeout: number, endMs: number, where: string): Results {
  try {
    for (;;) {
      const left = Math.max(0, endMs - now())
      const { done, value } = await inTime(results.next(), left, `a result of ${where}, which has ${timeout} ms in all,`)
      if (done === true) return
      yield value
    }
  } finally {
    await results.return(undefined)
  }
}
