/**
 * Python's `multiprocessing`, with its names: processes, and pools of them.
 *
 * @packageDocumentation
 */

export { cpuCount } from '../cpu.js'
export { currentProcess, type ProcessInfo } from '../worker/current-process.js'
export type { AsyncResult, CallbackOptions } from './async-result.js'
export { TimeoutError } from './errors.js'
export { type ChunkOptions, Pool, type PoolFunction, type PoolOptions } from './pool.js'
export type { InitializerOptions, StartOptions } from './pool-options.js'
export { Process, type ProcessFunction, type ProcessOptions } from './process.js'
export type { Items } from './rows.js'
export type { TimeoutOptions } from './timeout.js'
