/** The task that runs, as its place keeps it, and what it is shown of itself. Worker-safe. */
import { reduceKey } from '../protocols.js'
import type { TaskProgress } from './messages.js'
import { ProgressReport } from './progress-report.js'

/**
 * Where a task runs.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type TaskContext, taskContext } from 'joblet'
 *
 * const inWords = ({ index, attempt, workerId }: TaskContext): string => `task ${index}, attempt ${attempt}, on a worker: ${workerId > 0}`
 * console.log(await Parallel({ nJobs: 2 })([delayed(() => inWords(taskContext()))()])) // [ 'task 0, attempt 1, on a worker: true' ]
 * ```
 * @category Tasks
 */
export interface TaskContext {
  /** Place of the task in the run's input, from 0. */
  readonly index: number
  /** How often the task has been started, this time included. */
  readonly attempt: number
  /** The worker's number, from 1; 0 when the task runs in the program itself. */
  readonly workerId: number
  /** What the run's `initializer` returned in this worker. */
  readonly state: unknown
  /**
   * Fires when the task is to stop: with a TaskTimeoutError when its `timeout` has passed, with the reason of the run's own `signal`, or with an
   * AbortError when its run has ended. A task that ends within the run's `graceMs` keeps its worker alive. One that never awaits cannot hear it.
   * On a {@link Backend} of one's own it never fires.
   */
  readonly signal: AbortSignal
  /**
   * Tells the program how far the task is, through `onProgress`: the part that is done, from 0 to 1, or a text. At most every 20 ms, the latest
   * counts, and the last before the task's end arrives. After that end it does nothing.
   *
   * @throws {TypeError} For anything else.
   */
  readonly reportProgress: (progress: number | string) => void
}

/** What the place of a task does for it. */
export interface TaskPlace {
  /** Hears how far the task has come; absent: nobody does. */
  readonly told?: ((task: RunningTask, progress: TaskProgress) => void) | undefined
  /** Told when the task looks at its signal for the first time. */
  readonly watched?: ((task: RunningTask) => void) | undefined
}

/** One task, or one after the other: then it is written over, since an object for each would cost more than most calls. */
export class RunningTask {
  index = 0
  attempt = 1
  /** Its position in its batch. */
  at = 0
  readonly workerId: number
  readonly state: unknown
  readonly place: TaskPlace
  isOver = false
  /** What the task was shown; most never look. */
  view: TaskView | undefined
  /** Why it is to stop. */
  stopped: { readonly reason: unknown } | undefined

  constructor(workerId: number, state: unknown, place: TaskPlace) {
    this.workerId = workerId
    this.state = state
    this.place = place
  }

  /** A task begins. @param at Its position in its batch, if it has one. */
  begin(index: number, attempt: number, at = 0): void {
    this.index = index
    this.attempt = attempt
    this.at = at
    this.isOver = false
  }

  /** The task has ended: it hears and tells nothing more. */
  end(): void {
    this.isOver = true
    const { view } = this
    if (view === undefined) return
    this.view = undefined
    view.end()
  }

  /** The task is to stop. */
  stop(reason: unknown): void {
    if (this.stopped !== undefined || this.isOver) return
    this.stopped = { reason }
    this.view?.stop(reason)
  }
}

export class TaskView implements TaskContext {
  readonly index: number
  readonly attempt: number
  readonly workerId: number
  readonly state: unknown
  /** Until the task has ended. */
  #task: RunningTask | undefined
  #controller: AbortController | undefined
  #report: ProgressReport | undefined

  constructor(task: RunningTask) {
    this.index = task.index
    this.attempt = task.attempt
    this.workerId = task.workerId
    this.state = task.state
    if (!task.isOver) this.#task = task
  }

  // On the prototype, so that `{ ...taskContext() }` is plain data.
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      const task = this.#task
      if (task?.stopped !== undefined) this.#controller.abort(task.stopped.reason)
      else task?.place.watched?.(task)
    }
    return this.#controller.signal
  }

  get reportProgress(): (progress: number | string) => void {
    return (progress) => {
      const task = this.#task
      if (task === undefined) return
      const { told } = task.place
      this.#report ??= new ProgressReport(told && ((latest) => told(task, latest)))
      this.#report.report(progress)
    }
  }

  stop(reason: unknown): void {
    this.#controller?.abort(reason)
  }

  end(): void {
    this.#report?.flush()
    this.#task = undefined
  }

  /** It travels as the data that it shows. */
  [reduceKey](): readonly [maker: typeof Object, args: readonly [object]] {
    return [Object, [{ ...this }]]
  }
}
