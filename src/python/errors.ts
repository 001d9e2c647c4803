/** Errors that Python has a name for. */
import { JobletError } from '../errors.js'

/** A result that was not there in time. What it is the result of goes on. */
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

/** The result of a future that was cancelled. */
export class CancelledError extends JobletError {
  override readonly code = 'ERR_CANCELLED'

  constructor(message: string) {
    super(message)
    Object.defineProperty(this, 'name', { value: 'CancelledError', configurable: true, writable: true })
  }
}
