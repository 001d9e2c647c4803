/** What each fault comes to: the one table that the matrix is judged by, and that `docs/reliability.md` shows. */
import type { FailureKind, ParallelOptions } from 'joblet'

/** What a user sees of a fault. */
export interface Documented {
  /** `value`: no failure at all. `rejected`: no worker can be started, so the run rejects, under `collect` too. */
  readonly kind: 'value' | 'rejected' | FailureKind
  /** The class of the error. */
  readonly error?: string
  readonly exitCode?: number
  readonly signal?: string
}

type PerBackend = { readonly threads?: Documented; readonly processes: Documented }

/** One fault. A backend that is missing cannot have it: see `whyVoid`. */
export interface FaultPlan {
  readonly task: Documented | PerBackend
  readonly initializer?: Documented | PerBackend
  readonly startUp?: Documented | PerBackend
  /** What the run is given. */
  readonly options?: Pick<ParallelOptions, 'timeout' | 'resourceLimits' | 'maxMemory'>
  /** Nothing ends a start that hangs but its caller's `signal`. */
  readonly hangs?: true
  /** Its two seconds count from the death of the worker. */
  readonly fromDeath?: true
}

const crash = (how: { exitCode: number } | { signal: string }): Documented => ({ kind: 'crashed', error: 'WorkerCrashError', ...how })
const noStart = (how: { exitCode: number } | { signal: string }): Documented => ({ kind: 'rejected', error: 'WorkerCrashError', ...how })
const value: Documented = { kind: 'value' }
const cancelled: Documented = { kind: 'cancelled', error: 'TimeoutError' }
const late: Documented = { kind: 'timed-out', error: 'TaskTimeoutError' }

const exits = (exitCode: number): FaultPlan => ({
  task: crash({ exitCode }),
  initializer: noStart({ exitCode }),
  startUp: noStart({ exitCode }),
})
const signals = (signal: string): FaultPlan => ({
  task: { processes: crash({ signal }) },
  initializer: { processes: noStart({ signal }) },
  startUp: { processes: noStart({ signal }) },
})
const throws = (error: string): FaultPlan => ({
  task: { kind: 'thrown', error },
  initializer: { kind: 'rejected', error },
  startUp: noStart({ exitCode: 1 }),
})
const blocks: FaultPlan = { task: late, initializer: cancelled, startUp: cancelled, options: { timeout: 300 }, hangs: true }
const harmless: FaultPlan = { task: value, initializer: value, startUp: value }

export const plans = {
  throw: throws('RangeError'),
  'exit 0': exits(0),
  'exit 3': exits(3),
  abort: signals('SIGABRT'),
  SIGKILL: signals('SIGKILL'),
  SIGTERM: signals('SIGTERM'),
  SIGSEGV: signals('SIGSEGV'),
  'out of heap': {
    task: { threads: crash({ exitCode: 1 }), processes: crash({ signal: 'SIGABRT' }) },
    initializer: { threads: noStart({ exitCode: 1 }), processes: noStart({ signal: 'SIGABRT' }) },
    startUp: { threads: noStart({ exitCode: 1 }), processes: noStart({ signal: 'SIGABRT' }) },
    options: { resourceLimits: { maxOldGenerationSizeMb: 32 } },
    fromDeath: true,
  },
  'out of memory by Buffers': { task: { processes: crash({ signal: 'SIGKILL' }) }, options: { maxMemory: '250M' }, fromDeath: true },
  'endless loop': blocks,
  'blocked wait': blocks,
  'stack overflow': throws('RangeError'),
  'unhandled rejection': exits(1),
  'uncaught timer error': exits(1),
  'closed stdio': harmless,
  'unserializable result': { ...harmless, task: { kind: 'unsendable', error: 'ShippingError' } },
  '256 MB result': harmless,
  'throwing getter': harmless,
} as const satisfies Readonly<Record<string, FaultPlan>>

export type Fault = keyof typeof plans

/** The plan of a fault, as one type for all. */
export const planOf = (fault: Fault): FaultPlan => plans[fault]
