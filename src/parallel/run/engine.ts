/** What moves the tasks of a run: through workers (`dispatch`), or on this event loop (`inline`). */
import type { RunningTask, WaitingFor } from '../../events.js'
import type { Failure } from '../../failure.js'
import type { Open } from '../output/segment.js'

/** Moves the tasks of one run: through workers, or on this event loop. */
export interface Engine {
  /** There is room: pull and run more. Called at the start, and whenever the consumer has taken something. */
  more(): void
  /** Stop what runs, now; what it comes to later does not count. Tasks hear the reason. Returns those that had not settled. */
  cancel(reason: unknown): readonly Unsettled[]
  /** What keeps the run from going on, for whoever wonders why nothing moves. */
  waiting(): Waiting
  /** Resolves when nothing of the run is left anywhere. */
  close(): Promise<void>
}

/** What a run waits for; `tasks` are those that run. */
export interface Waiting {
  readonly waitingFor: WaitingFor
  readonly tasks: readonly RunningTask[]
}

/** A task that was pulled and has come to nothing yet. */
export interface Unsettled {
  readonly index: number
  readonly label: string | undefined
  readonly attempts: number
  readonly open: Open
}

/** The failure of a task whose run was called off for `reason`. */
export const cancelledFailure = ({ index, label, attempts }: Unsettled, reason: unknown): Failure => ({
  kind: 'cancelled',
  error: reason,
  index,
  attempts,
  ...(label === undefined ? {} : { label }),
})

/** How a run ended, as its consumer sees it. */
export type RunEnd = { readonly ok: true } | { readonly ok: false; readonly error: unknown }
