/** Errors that Python has a name for. */
import { JobletError } from '../errors.js'

/**
 * A result that was not there in time. What it is the result of goes on.
 *
 * @example
 * ```ts
 * import { Pool, TimeoutError } from 'joblet/multiprocessing'
 *
 * const pool = Pool({ processes: 1, backend: 'threads' })
 * const slow = pool.applyAsync(() => new Promise<void>(() => undefined))
 * await slow.get({ timeout: 50 }).catch((error) => {
 *   console.log(error instanceof TimeoutError && error.timeoutMs) // 50
 * })
 * pool.terminate()
 * ```
 * @category Errors and failures
 */
export class TimeoutError extends JobletError {
  override readonly code = 'ERR_TIMEOUT'
  /** How long it was waited for, in milliseconds. */
  readonly timeoutMs: number

  constructor(what: string, timeoutMs: number) {
    super(`cannot wait longer for ${what}: it is not there after ${timeoutMs} ms; it goes on, so ask again, or raise \`timeout\``)
    Object.defineProperty(this, 'name', { value: 'TimeoutError', configurable: true, writable: true })
    this.timeoutMs = timeoutMs
  }
}

/**
 * The result of a future that was cancelled.
 *
 * @example
 * ```ts
 * import { CancelledError, ThreadPoolExecutor } from 'joblet/futures'
 *
 * const executor = ThreadPoolExecutor(1)
 * executor.submit(() => new Promise((resolve) => setTimeout(resolve, 100)))
 * const second = executor.submit(Math.sqrt, 9)
 * second.cancel()
 * await second.catch((error) => console.error(error instanceof CancelledError)) // true
 * await executor.shutdown()
 * ```
 * @category Errors and failures
 */
export class CancelledError extends JobletError {
  override readonly code = 'ERR_CANCELLED'

  constructor(message: string) {
    super(message)
    Object.defineProperty(this, 'name', { value: 'CancelledError', configurable: true, writable: true })
  }
}
