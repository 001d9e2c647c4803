/** Attempts that are under way on this event loop: each is started, waited for, and put into the books of its run. */
import type { Failure } from '../../failure.js'
import { isThenable } from '../../soon.js'
import type { TaskProgress } from '../../worker/messages.js'
import { RunningTask, type TaskPlace } from '../../worker/running-task.js'
import { runAsTask } from '../../worker/task-context.js'
import { failureSegment, none } from '../output/segment.js'
import type { Run } from '../run/run.js'
import type { Attempt } from './attempt.js'
import { callNow } from './call-now.js'
import { InlineTimeouts } from './inline-timeouts.js'
import type { Retrying } from './retrying.js'

/** How attempts are made here. */
export interface AttemptOptions {
  /** Tasks in flight at a time. */
  readonly atATime: number
  /** Hears, once, that a task ran past its timeout although nothing could stop it. */
  readonly warn: (message: string) => void
}

export class Attempts {
  /** What tasks see of where they run. */
  readonly place: TaskPlace
  readonly #run: Run
  readonly #again: Retrying
  readonly #freed: () => void
  readonly #timeouts: InlineTimeouts
  readonly #running = new Set<Attempt>()

  /**
   * @param again Takes those that are tried again.
   * @param freed There may be room for another.
   */
  constructor(run: Run, { atATime, warn }: AttemptOptions, again: Retrying, freed: () => void) {
    this.#run = run
    this.#again = again
    this.#freed = freed
    this.#timeouts = new InlineTimeouts({ timeout: run.options.timeout, oneByOne: atATime === 1, warn })
    this.place = {
      told: run.hearsProgress ? (context, progress) => this.#told(context, progress) : undefined,
      watched: (context) => {
        const attempt = this.#attemptOf(context)
        if (attempt !== undefined) this.#timeouts.listen(attempt)
      },
    }
  }

  get size(): number {
    return this.#running.size
  }

  get all(): readonly Attempt[] {
    return [...this.#running]
  }

  /** Take note of one. */
  add(attempt: Attempt): void {
    this.#running.add(attempt)
  }

  /** What they come to does not count any more. */
  clear(): void {
    this.#running.clear()
  }

  /** Start a task; a promise is returned only when the task gave one. */
  start(attempt: Attempt, state: unknown): Promise<void> | undefined {
    this.#running.add(attempt)
    const context = new RunningTask(0, state, this.place)
    context.begin(attempt.index, attempt.number)
    attempt.context = context
    let value: unknown
    let later: boolean
    try {
      value = runAsTask(context, () => callNow(attempt.task))
      later = isThenable(value)
    } catch (error) {
      attempt.end()
      this.#threw(attempt, error)
      return undefined
    }
    if (later) return this.wait(attempt, value as PromiseLike<unknown>)
    attempt.end()
    this.#succeed(attempt, value)
    return undefined
  }

  /** A task has given a promise. */
  async wait(attempt: Attempt, promise: PromiseLike<unknown>): Promise<void> {
    this.#timeouts.watch(attempt, (error) => {
      attempt.context?.stop(error)
      this.fail(attempt, 'timed-out', error)
    })
    // What goes wrong in the books is no failure of the task.
    const settle = await Promise.resolve(promise).then(
      (value) => () => this.#succeed(attempt, value),
      (error: unknown) => () => this.#threw(attempt, error),
    )
    attempt.end()
    settle()
    this.#freed()
  }

  fail(attempt: Attempt, kind: Failure['kind'], error: unknown): void {
    if (!this.#running.delete(attempt) || this.#again.takes(attempt, kind)) return
    this.#run.settle(failureSegment(attempt.failure(kind, error), attempt.open))
  }

  #succeed(attempt: Attempt, value: unknown): void {
    const late = this.#running.has(attempt) ? this.#timeouts.judge(attempt) : undefined
    if (late !== undefined) return this.fail(attempt, 'timed-out', late)
    if (!this.#running.delete(attempt)) return
    this.#run.settle({ first: attempt.index, count: 1, values: [value], failures: none, open: attempt.open })
  }

  #threw(attempt: Attempt, error: unknown): void {
    const late = this.#running.has(attempt) ? this.#timeouts.judge(attempt) : undefined
    if (late === undefined) this.fail(attempt, 'thrown', error)
    else this.fail(attempt, 'timed-out', late)
  }

  #told(context: RunningTask, progress: TaskProgress): void {
    const attempt = this.#attemptOf(context)
    if (attempt === undefined) return
    const { index, number, task } = attempt
    const event = { type: 'task-progress', atMs: this.#run.atMs, index, attempt: number, label: task.options?.label, progress } as const
    // The listener is no part of the task.
    this.#run.flow.runInAsyncScope(() => this.#run.tell(event))
  }

  #attemptOf(context: RunningTask): Attempt | undefined {
    for (const attempt of this.#running) if (attempt.context === context) return attempt
    return undefined
  }
}
