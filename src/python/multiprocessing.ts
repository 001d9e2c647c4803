/**
 * Python's `multiprocessing`, with its names: processes, and pools of them.
 *
 * @module joblet/multiprocessing
 */

export { cpuCount } from '../cpu.js'
export { currentProcess, type ProcessInfo } from '../worker/current-process.js'
export type { AsyncResult, CallbackOptions } from './async-result.js'
export { TimeoutError } from './errors.js'
export { type ChunkOptions, Pool, type PoolFunction } from './pool.js'
export type { InitializerOptions, PoolOptions, StartOptions } from './pool-options.js'
export { Process, type ProcessFunction, type ProcessOptions } from './process.js'
export type { Items } from './rows.js'
export type { TimeoutOptions } from './timeout.js'
