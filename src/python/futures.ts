/**
 * Python's `concurrent.futures`, with its names: executors, and futures of what they are given.
 *
 * @module joblet/futures
 */

export { asCompleted, type DoneFuture, type DoneOf } from './as-completed.js'
export { CancelledError, TimeoutError } from './errors.js'
export {
  type Columns,
  type Executor,
  type ExecutorFunction,
  type ExecutorMapOptions,
  ProcessPoolExecutor,
  type ShutdownOptions,
  ThreadPoolExecutor,
} from './executor.js'
export type { Future } from './future.js'
export type { ExecutorOptions, InitializerOptions, StartOptions } from './pool-options.js'
export type { Items } from './rows.js'
export type { TimeoutOptions } from './timeout.js'
export {
  ALL_COMPLETED,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type Waited,
  type WaitOptions,
  wait,
} from './wait.js'
