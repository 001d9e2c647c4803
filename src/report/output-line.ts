/** What workers print, as a run's `onOutput` hears it. */

/**
 * A line that a worker printed.
 *
 * @example
 * ```ts
 * import { delayed, type OutputLine, Parallel } from 'joblet'
 *
 * const inColumns = ({ label, stream, text }: OutputLine): void => console.log(label, stream, text)
 * const greet = (): void => console.log('hello') // page 1 stdout hello
 * await Parallel({ nJobs: 2, onOutput: inColumns })([delayed(greet, { label: 'page 1' })()])
 * ```
 * @category What happens
 */
export interface OutputLine {
  /** The line without its newline; colours and other control characters are left as they are. A line of more than 1 MiB comes in parts. */
  readonly text: string
  readonly stream: 'stdout' | 'stderr'
  /** Index of the task that printed it; undefined where no task did: an initializer, a process that a task started, Node itself. */
  readonly index: number | undefined
  /** The label of that task, if it has one. */
  readonly label?: string
  /** The worker's number, from 1. */
  readonly workerId: number
  /** How often that task had been started, this time included; undefined where `index` is. */
  readonly attempt: number | undefined
}
