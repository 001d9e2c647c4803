/**
 * joblet: run any loop on every core.
 *
 * @module joblet
 */

// Backends of one's own
export type {
  Backend,
  BatchEnd,
  BatchRide,
  PoolRequest,
  PrintedLine,
  RunningBatch,
  WorkerLoss,
  WorkerPool,
  WorkerStart,
} from './backend/backend.js'
export type { BackendFactory, BackendOptions } from './backend/registry.js'
export type { ResourceLimits, WorkerOptions } from './backend/worker-options.js'
// Remember results
export type { Compression, CompressionMethod } from './codec/compression.js'
// Data as text
export { type Json, json } from './codec/json.js'
// Large data
export { type Movable, move } from './codec/move.js'
export { type SharedView, shared } from './codec/shared-memory.js'
// This machine
export { cpuCount, effectiveNJobs } from './cpu.js'
// Errors of ours
export {
  CodecError,
  ContextError,
  DeadlineError,
  type HowFar,
  InterruptError,
  JobletError,
  OptionError,
  PeerMissingError,
  ShippingError,
  StoreError,
  TaskTimeoutError,
  WorkerCrashError,
} from './errors.js'
// What happens
export type { JobletEvent, MemoryEvent, RunEvent, RunningTask, WaitingFor } from './events.js'
// What tasks come to
export { type Failure, type FailureKind, failureOf, type RunFailure } from './failure.js'
export { fingerprint, prepareFingerprint } from './function/fingerprint/fingerprint.js'
export { hash } from './function/fingerprint/hash.js'
// How functions travel
export { registerByValue } from './function/found/by-value.js'
export { type RegisteredClass, registerClass } from './function/found/register-class.js'
export type { Parcel } from './function/parcel/parcel.js'
export type { CachedFunction, MemoryStats } from './memory/cached-function.js'
export { type DumpOptions, dump, load } from './memory/dump.js'
export type { Entry } from './memory/entries.js'
export { Memory, type SizeLimits } from './memory/memory.js'
export type { CacheOptions, Duration, EntryMetadata, MemoryOptions, Size } from './memory/memory-options.js'
export type { MemorizedResult } from './memory/shelve.js'
export { type Outcome, unwrap } from './outcome.js'
export { type Delayed, delayed } from './parallel/input/delayed.js'
export { fromDescriptor, type TaskDescriptor, toDescriptor } from './parallel/input/descriptor.js'
export type { RawTask } from './parallel/input/source.js'
// Run tasks
export { parallelConfig, setParallelConfig } from './parallel/options/config.js'
export type {
  BackendName,
  OnError,
  OwnBackend,
  ParallelDefaults,
  ParallelOptions,
  RegisteredBackends,
  ReturnAs,
} from './parallel/options/parallel-options.js'
export { type RegisterBackendOptions, registerBackend } from './parallel/options/register-backend.js'
export { Parallel } from './parallel/parallel.js'
export type { BatchStats, RunStats, WorkerStats } from './parallel/run/stats.js'
export type { ItemOf, ParallelFunction, ResultOf, Runner, RunnerFor, TaskLike, TupleOf, ValueOf } from './parallel/runner.js'
export type { DiagnosticsMessage } from './report/channels.js'
export type { OutputLine } from './report/output-line.js'
export type { Progress, ProgressOfTask } from './report/progress.js'
export type { Key, Listed, Release, Store } from './store/store.js'
export type { AnyFunction, Retries, Task, TaskOptions, TaskSource } from './task.js'
export type { Batch, CallFailure, Column, Definition, LargeResults, Packed, PackedError, Reply } from './worker/batch.js'
export type { Report, TaskProgress } from './worker/messages.js'
export type { TaskContext } from './worker/running-task.js'
export { serveBatch } from './worker/serve.js'
export { taskContext } from './worker/task-context.js'
