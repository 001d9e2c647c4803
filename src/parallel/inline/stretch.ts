/** Tasks that run here one after the other and give their values at once: they go into the books together. */
import { now } from '../../clock.js'
import { isThenable } from '../../soon.js'
import type { Task } from '../../task.js'
import { columnValues, ValueList } from '../../worker/column.js'
import { Pulse } from '../../worker/pulse.js'
import type { RunningTask } from '../../worker/running-task.js'
import { runAsTask } from '../../worker/task-context.js'
import { end } from '../input/source.js'
import { none } from '../output/segment.js'
import type { Run } from '../run/run.js'
import { callNow } from './call-now.js'

/** Who runs tasks that are no part of a stretch. */
export interface StretchHost {
  /** Whether another task may begin. */
  hasRoom(): boolean
  /** A task threw. */
  failed(task: Task, error: unknown): void
  /** A task goes on. @returns When its turn is over. */
  wait(task: Task, context: RunningTask, promise: PromiseLike<unknown>): Promise<void>
}

/** What a stretch left to be waited for: the end of a task's turn, a task to start then, or nothing but a turn of the event loop. */
export type Left = Promise<Task | typeof end | undefined> | 'turn' | undefined

export class Stretch {
  readonly #run: Run
  #first = 0
  #values = new ValueList()
  /** The task that runs now. */
  current: Task | undefined
  /** What it sees of itself. */
  context: RunningTask | undefined

  constructor(run: Run) {
    this.#run = run
  }

  /** Index of the task whose turn it is. */
  get next(): number {
    return this.#first + this.#values.length
  }

  /** The next task's turn is over, without a value that came at once. */
  skip(): void {
    this.settle()
    this.#first += 1
  }

  /** Put what there is into the books. */
  settle(): void {
    const { length: count } = this.#values
    const first = this.#first
    if (count === 0) return
    const values = columnValues(this.#values.toColumn([]))
    this.#first += count
    this.#values = new ValueList()
    this.#run.settle({ first, count, values, failures: none, open: this.#run.places.open(count) })
  }

  /**
   * Run tasks while each gives its value at once: 0.1 us each, where one by one they cost 1.3 (a context, a place in the books).
   *
   * @param context Of all of them: at any time one runs, and one that goes on is the last.
   * @param turnMs How long it may take.
   */
  run(context: RunningTask, host: StretchHost, turnMs: number): Left {
    this.context = context
    const begunMs = now()
    const pulse = new Pulse(begunMs)
    return runAsTask(context, () => {
      while (host.hasRoom()) {
        const task = this.#run.pull()
        if (task === end) return undefined
        if (task instanceof Promise || isByItself(task)) return Promise.resolve(task)
        context.begin(this.next, 1)
        const later = this.#call(task, context, host)
        if (later !== undefined) return later
        const atMs = pulse.look()
        if (atMs !== undefined && atMs - begunMs > turnMs) return 'turn'
      }
      return undefined
    })
  }

  #call(task: Task, context: RunningTask, host: StretchHost): Promise<undefined> | undefined {
    let value: unknown
    let error: unknown
    let how: 'value' | 'later' | 'thrown'
    this.current = task
    try {
      value = callNow(task)
      how = isThenable(value) ? 'later' : 'value'
    } catch (thrown) {
      error = thrown
      how = 'thrown'
    }
    const isCalledOff = this.current === undefined
    this.current = undefined
    if (how === 'later' && !isCalledOff) return host.wait(task, context, value as PromiseLike<unknown>).then(() => undefined)
    if (how === 'later') void Promise.resolve(value).catch(() => undefined)
    context.end()
    // By the task itself: it has been told of.
    if (isCalledOff) return undefined
    if (how === 'value') this.#values.push(value)
    else host.failed(task, error)
    return undefined
  }
}

/** Whether a clock is looked at for the task, or it may be tried again. */
const isByItself = ({ options }: Task): boolean => options !== undefined && (options.timeout !== undefined || options.retries !== undefined)
