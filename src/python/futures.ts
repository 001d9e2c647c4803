/**
 * Python's `concurrent.futures`, with its names: executors, and futures of what they are given.
 *
 * @packageDocumentation
 */

export { CancelledError, TimeoutError } from './errors.js'
export {
  type Executor,
  type ExecutorFunction,
  type ExecutorMapOptions,
  type ExecutorOptions,
  ProcessPoolExecutor,
  type ShutdownOptions,
  ThreadPoolExecutor,
} from './executor.js'
export type { Future } from './future.js'
export type { InitializerOptions, StartOptions } from './pool-options.js'
export type { Items } from './rows.js'
export type { TimeoutOptions } from './timeout.js'
export {
  ALL_COMPLETED,
  asCompleted,
  type DoneFuture,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type Waited,
  type WaitOptions,
  wait,
} from './wait.js'
