/** Where a batch runs: a worker, or whoever else serves one. Worker-safe. */
import type { TaskProgress } from './messages.js'
import type { OutboxTarget } from './outbox.js'

/** What a batch needs of the place where it runs. */
export interface BatchHost extends OutboxTarget {
  readonly workerId: number
  /** What the initializer returned. */
  readonly state: unknown
  /** A call that has a timeout is about to start. */
  started(at: number): void
  /** The same call has ended; what it gave is yet to be packed. */
  over(at: number): void
  /** The call that runs is waited for: where somebody should know. */
  readonly waits?: (() => void) | undefined
  /** Whether the call at `at` may begin; else the batch ends before it. @param atMs The time, where somebody has just looked. */
  mayBegin(at: number, atMs: number | undefined): boolean
  /** Whether the worker uses too much memory to begin another call of this batch; not asked where there is no limit. */
  readonly isFull?: ((atMs: number) => boolean) | undefined
  /** The call tells how far it has come. */
  readonly reported?: ((at: number, progress: TaskProgress) => void) | undefined
  /** Read the messages that wait, every few milliseconds: where nothing else reaches a worker that is busy. */
  readonly listen?: (() => Promise<void>) | undefined
}
