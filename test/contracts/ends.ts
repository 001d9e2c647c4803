/** Ways in which a task ends badly, and how its user hears of each. */
import { type FailureKind, type ParallelOptions, ShippingError, TaskTimeoutError, WorkerCrashError } from 'joblet'
import { eatMemory, exit, loopForEver } from '../fixtures/core/tasks.mjs'

/** A task that ends badly. */
export interface BadEnd {
  readonly title: string
  readonly bad: () => unknown
  readonly kind: FailureKind
  readonly type: new (...args: never[]) => Error
  /** What the error says beside its type. */
  readonly like: object
  readonly options: Omit<ParallelOptions, 'returnAs' | 'onError'>
}

/** On threads and on processes. */
export const badEnds: readonly BadEnd[] = [
  { title: 'process.exit(3)', bad: () => exit(3), kind: 'crashed', type: WorkerCrashError, like: { exitCode: 3 }, options: {} },
  { title: 'process.exit(0)', bad: () => exit(0), kind: 'crashed', type: WorkerCrashError, like: { exitCode: 0 }, options: {} },
  {
    title: 'out of memory',
    bad: eatMemory,
    kind: 'crashed',
    type: WorkerCrashError,
    like: {},
    options: { resourceLimits: { maxOldGenerationSizeMb: 32 } },
  },
  {
    title: 'an endless loop with a timeout',
    bad: loopForEver,
    kind: 'timed-out',
    type: TaskTimeoutError,
    like: { timeoutMs: 300 },
    options: { timeout: 300 },
  },
  {
    title: 'a promise that never settles, with a timeout',
    bad: () => new Promise(() => undefined),
    kind: 'timed-out',
    type: TaskTimeoutError,
    like: {},
    options: { timeout: 300 },
  },
  { title: 'a result that cannot be sent', bad: () => new WeakRef({}), kind: 'unsendable', type: ShippingError, like: {}, options: {} },
  {
    title: 'an error in a timer that it set',
    bad: () =>
      new Promise(() =>
        setTimeout(() => {
          throw new Error('from a timer')
        }, 1),
      ),
    kind: 'crashed',
    type: WorkerCrashError,
    like: { exitCode: 1 },
    options: {},
  },
  {
    title: 'a rejection that nobody handles',
    bad: () => new Promise(() => void Promise.reject(new Error('unhandled'))),
    kind: 'crashed',
    type: WorkerCrashError,
    like: { exitCode: 1 },
    options: {},
  },
  {
    title: 'no end of recursion',
    bad: function again(): unknown {
      return [again()]
    },
    kind: 'thrown',
    type: RangeError,
    like: {},
    options: {},
  },
]

/** Of processes only: a thread has no process of its own. */
export const badEndsOfProcesses: readonly BadEnd[] = [
  {
    title: 'SIGKILL',
    bad: () => process.kill(process.pid, 'SIGKILL') && new Promise(() => undefined),
    kind: 'crashed',
    type: WorkerCrashError,
    like: { signal: 'SIGKILL' },
    options: {},
  },
  {
    title: 'process.abort()',
    bad: () => process.abort(),
    kind: 'crashed',
    type: WorkerCrashError,
    like: { signal: 'SIGABRT' },
    options: {},
  },
  {
    title: 'process.disconnect()',
    bad: () => process.disconnect() ?? new Promise(() => undefined),
    kind: 'crashed',
    type: WorkerCrashError,
    like: {},
    options: {},
  },
]
