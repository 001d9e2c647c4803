/** What a worker knows about itself; worker-safe, and one per thread however many copies of joblet a program holds. */

/** A worker's own facts, set once when it starts. */
export interface WorkerContext {
  /** From 1, steady for the worker's life. */
  readonly workerId: number
  /** How deep this worker lies: 1 in a worker of the main program, 2 in a worker of that worker. */
  readonly depth: number
  /** CPUs this worker may use for runs of its own. */
  readonly cpus: number
  /** Where this thread, and those above it, note the processes they start. */
  readonly processes?: readonly Int32Array[]
  /** Of a process that was given one; a pool's workers have numbers. */
  readonly name?: string
  /** Variables in this environment that joblet set, and nobody else. */
  readonly threadLimits?: Readonly<Record<string, string>>
  /** Whether user modules are being loaded right now, for the first time, because a task needs them. */
  loading: boolean
}

const slot = Symbol.for('joblet.worker')
const holder = globalThis as { [slot]?: WorkerContext }

/** This worker's facts; `undefined` in the main program. */
export const workerContext = (): WorkerContext | undefined => holder[slot]

/** Make this thread or process known as a worker. */
export function becomeWorker(context: WorkerContext): void {
  Object.defineProperty(globalThis, slot, { value: context, configurable: true, writable: true, enumerable: false })
}
