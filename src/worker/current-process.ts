/** Which process this is, in Python's words. Worker-safe. */
import { own } from '../own.js'
import { workerContext } from './context.js'

/**
 * A process, or a worker thread, as it is known to itself.
 *
 * @example
 * ```ts
 * import { currentProcess, type ProcessInfo } from 'joblet/multiprocessing'
 *
 * const inWords = ({ name, pid }: ProcessInfo): string => `${name} (${pid})`
 * console.error(inWords(currentProcess()))
 * ```
 * @category Processes
 */
export interface ProcessInfo {
  /** `'MainProcess'` in the program itself; what a `Process` was named; `'PoolWorker-3'` in the third worker of a pool, thread or process. */
  readonly name: string
  /** Of the operating system; worker threads have that of their program. */
  readonly pid: number
}

/**
 * The process that this runs in.
 *
 * @example
 * ```ts
 * import { currentProcess, Pool } from 'joblet/multiprocessing'
 *
 * const pool = Pool({ processes: 1 })
 * console.log(currentProcess().name, await pool.apply(() => currentProcess().name)) // MainProcess PoolWorker-1
 * pool.close()
 * ```
 * @category Processes
 */
export const currentProcess = own('currentProcess', (): ProcessInfo => {
  const worker = workerContext()
  const name = worker === undefined ? 'MainProcess' : (worker.name ?? `PoolWorker-${worker.workerId}`)
  return { name, pid: process.pid }
})
