/** The errors that are ours; a task's own error always comes back as itself. Each says what could not be done, why, and what to do. */

/**
 * What all our errors have in common.
 *
 * @example
 * ```ts
 * import { JobletError, Parallel } from 'joblet'
 *
 * try {
 *   Parallel({ nJobs: 0 })
 * } catch (error) {
 *   console.log(error instanceof JobletError && error.code) // ERR_OPTION
 * }
 * ```
 * @category Errors and failures
 */
export abstract class JobletError extends Error {
  /** A stable name for programs to test. */
  abstract readonly code: string
}

const named = (error: Error, name: string): void => {
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true, enumerable: false })
}

/**
 * Options that are unknown or wrong: all of them, in one error.
 *
 * @example
 * ```ts
 * import { OptionError, Parallel } from 'joblet'
 *
 * const fromFile = JSON.parse('{ "nJobs": 0, "batchsize": 10 }')
 * try {
 *   Parallel(fromFile)
 * } catch (error) {
 *   if (error instanceof OptionError) for (const problem of error.problems) console.error(problem)
 * }
 * ```
 * @category Errors and failures
 */
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

/**
 * A function, an argument or a result that cannot travel to or from a worker.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { delayed, Parallel, ShippingError } from 'joblet'
 *
 * const server = createServer()
 * try {
 *   await Parallel({ nJobs: 2 })([delayed(() => server.listening)()])
 * } catch (error) {
 *   if (error instanceof ShippingError) console.error(error.message) // says that it is `server`
 * }
 * ```
 * @category Errors and failures
 */
export class ShippingError extends JobletError {
  override readonly code = 'ERR_SHIPPING'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    named(this, 'ShippingError')
  }
}

/**
 * A value that cannot be hashed, written or read; the message names the path to what is in the way.
 *
 * @example
 * ```ts
 * import { CodecError, json } from 'joblet'
 *
 * try {
 *   json.stringify({ list: [() => 1] })
 * } catch (error) {
 *   if (error instanceof CodecError) console.error(error.message) // says that it is the value at .list[0]
 * }
 * ```
 * @category Errors and failures
 */
export class CodecError extends JobletError {
  override readonly code = 'ERR_CODEC'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    named(this, 'CodecError')
  }
}

/**
 * A result that is asked for and is not in its cache any more.
 *
 * @example
 * ```ts
 * import { Memory, StoreError } from 'joblet'
 *
 * const square = Memory({ location: '.cache' }).cache((n: number) => n ** 2)
 * const shelved = await square.callAndShelve(3)
 * await square.clear()
 * const again = await shelved.get().catch((error) => (error instanceof StoreError ? square(3) : Promise.reject(error)))
 * console.log(again) // 9
 * ```
 * @category Errors and failures
 */
export class StoreError extends JobletError {
  override readonly code = 'ERR_STORE'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    named(this, 'StoreError')
  }
}

/**
 * A worker that ended while it ran a task.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, WorkerCrashError } from 'joblet'
 *
 * try {
 *   await Parallel({ nJobs: 2 })([delayed(() => process.exit(3))()])
 * } catch (error) {
 *   console.log(error instanceof WorkerCrashError && error.exitCode) // 3
 * }
 * ```
 * @category Errors and failures
 */
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

/**
 * A task that ran longer than its `timeout`.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, TaskTimeoutError } from 'joblet'
 *
 * const never = () => new Promise<void>(() => undefined)
 * try {
 *   await Parallel({ nJobs: 2, timeout: 100 })([delayed(never)()])
 * } catch (error) {
 *   console.log(error instanceof TaskTimeoutError && error.timeoutMs) // 100
 * }
 * ```
 * @category Errors and failures
 */
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

/**
 * How far a run had come.
 *
 * @example
 * ```ts
 * import { DeadlineError, type HowFar, InterruptError } from 'joblet'
 *
 * const inWords = ({ done, total = Number.NaN }: HowFar): string => `${done} tasks, ${Math.floor((100 * done) / total)} %`
 * const howFarOf = (error: unknown) => (error instanceof DeadlineError || error instanceof InterruptError ? inWords(error) : undefined)
 * console.log(howFarOf(new DeadlineError(5_000, { done: 3, total: 4 }))) // 3 tasks, 75 %
 * ```
 * @category Errors and failures
 */
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

/**
 * A run that took longer than its `deadline`.
 *
 * @example
 * ```ts
 * import { DeadlineError, delayed, Parallel } from 'joblet'
 *
 * const never = () => new Promise<void>(() => undefined)
 * try {
 *   await Parallel({ nJobs: 2, deadline: 200 })([delayed(never)()])
 * } catch (error) {
 *   console.log(error instanceof DeadlineError && `${error.done} of ${error.total}`) // 0 of 1
 * }
 * ```
 * @category Errors and failures
 */
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

/**
 * A run that Ctrl-C ended.
 *
 * @example
 * ```ts
 * import { delayed, InterruptError, Parallel } from 'joblet'
 *
 * try {
 *   await Parallel({ nJobs: 2 })([1, 4, 9].map((n) => delayed(Math.sqrt)(n)))
 * } catch (error) {
 *   if (error instanceof InterruptError) console.error(`stopped after ${error.done} tasks`) // then the program ends
 * }
 * ```
 * @category Errors and failures
 */
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

/**
 * A package that joblet needs at run time and cannot load.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, PeerMissingError } from 'joblet'
 *
 * try {
 *   await Parallel({ nJobs: 2 })([delayed(Math.sqrt)(4)])
 * } catch (error) {
 *   if (error instanceof PeerMissingError) console.error(error.message) // says what to install, or to bundle
 * }
 * ```
 * @category Errors and failures
 */
export class PeerMissingError extends JobletError {
  override readonly code = 'ERR_PEER'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    named(this, 'PeerMissingError')
  }
}

/**
 * A call that only makes sense inside a task, or outside of one.
 *
 * @example
 * ```ts
 * import { ContextError, taskContext } from 'joblet'
 *
 * // For functions that run in tasks and by themselves.
 * const workerId = (): number => {
 *   try {
 *     return taskContext().workerId
 *   } catch (error) {
 *     if (error instanceof ContextError) return 0
 *     throw error
 *   }
 * }
 * console.log(workerId()) // 0
 * ```
 * @category Errors and failures
 */
export class ContextError extends JobletError {
  override readonly code = 'ERR_CONTEXT'

  constructor(message: string) {
    super(message)
    named(this, 'ContextError')
  }
}
