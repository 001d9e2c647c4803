/** The errors that are ours; a task's own error always comes back as itself. Each says what could not be done, why, and what to do. */

/** What all our errors have in common. */
export abstract class JobletError extends Error {
  /** A stable name for programs to test. */
  abstract readonly code: string
}

const named = (error: Error, name: string): void => {
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true, enumerable: false })
}

/** Options that are unknown or wrong: all of them, in one error. */
export class OptionError extends JobletError {
  override readonly code = 'ERR_OPTION'
  /** One sentence per wrong option. */
  readonly problems: readonly string[]

  constructor(where: string, problems: readonly string[]) {
    super(`cannot use the options of ${where}: ${problems.join('; ')}`)
    named(this, 'OptionError')
    this.problems = problems
  }
}

/** A function, an argument or a result that cannot travel to or from a worker. */
export class ShippingError extends JobletError {
  override readonly code = 'ERR_SHIPPING'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    named(this, 'ShippingError')
  }
}

/** A value that cannot be hashed, written or read; the message names the path to what is in the way. */
export class CodecError extends JobletError {
  override readonly code = 'ERR_CODEC'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    named(this, 'CodecError')
  }
}

/** A result that is asked for and is not in its cache any more. */
export class StoreError extends JobletError {
  override readonly code = 'ERR_STORE'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    named(this, 'StoreError')
  }
}

/** A worker that ended while it ran a task. */
export class WorkerCrashError extends JobletError {
  override readonly code = 'ERR_WORKER_CRASH'
  /** The worker's exit code, where it ended by itself. */
  readonly exitCode: number | undefined
  /** The signal that ended the worker, such as `'SIGKILL'`. */
  readonly signal: string | undefined

  constructor(
    message: string,
    { exitCode, signal, cause }: { exitCode?: number | undefined; signal?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    named(this, 'WorkerCrashError')
    this.exitCode = exitCode
    this.signal = signal
  }
}

/** A task that ran longer than its `timeout`. */
export class TaskTimeoutError extends JobletError {
  override readonly code = 'ERR_TIMEOUT'
  /** The limit that was passed, in milliseconds. */
  readonly timeoutMs: number

  constructor(what: string, timeoutMs: number) {
    super(`cannot wait longer for ${what}: it ran past its timeout of ${timeoutMs} ms; raise \`timeout\` or give the task less to do`)
    named(this, 'TaskTimeoutError')
    this.timeoutMs = timeoutMs
  }
}

/** How far a run had come. */
export interface HowFar {
  /** Tasks that had ended, failed ones included. */
  readonly done: number
  /** Tasks of the whole input; undefined where nobody knew. */
  readonly total: number | undefined
}

/** Bytes in words. */
export const mebibytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MiB`

/** How far, in words. */
export const outOf = ({ done, total }: HowFar): string => (total === undefined ? `${done} tasks` : `${done} of ${total} tasks`)

/** A run that took longer than its `deadline`. */
export class DeadlineError extends JobletError {
  override readonly code = 'ERR_DEADLINE'
  /** The limit that was passed, in milliseconds. */
  readonly deadlineMs: number
  /** Tasks that had ended, failed ones included. */
  readonly done: number
  /** Tasks of the whole input; undefined where nobody knew. */
  readonly total: number | undefined

  constructor(deadlineMs: number, howFar: HowFar) {
    super(
      `cannot finish the run within its deadline of ${deadlineMs} ms: ${outOf(howFar)} were done; raise \`deadline\`, or keep what is done with \`onError: 'collect'\``,
    )
    named(this, 'DeadlineError')
    this.deadlineMs = deadlineMs
    this.done = howFar.done
    this.total = howFar.total
  }
}

/** A run that Ctrl-C ended. */
export class InterruptError extends JobletError {
  override readonly code = 'ERR_INTERRUPTED'
  /** Tasks that had ended, failed ones included. */
  readonly done: number
  /** Tasks of the whole input; undefined where nobody knew. */
  readonly total: number | undefined

  constructor(howFar: HowFar) {
    super(`cannot finish the run: Ctrl-C (SIGINT) came when ${outOf(howFar)} were done; a SIGINT listener of your own may decide otherwise`)
    named(this, 'InterruptError')
    this.done = howFar.done
    this.total = howFar.total
  }
}

/** A package that joblet needs at run time and cannot load. */
export class PeerMissingError extends JobletError {
  override readonly code = 'ERR_PEER'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    named(this, 'PeerMissingError')
  }
}

/** A call that only makes sense inside a task, or outside of one. */
export class ContextError extends JobletError {
  override readonly code = 'ERR_CONTEXT'

  constructor(message: string) {
    super(message)
    named(this, 'ContextError')
  }
}
