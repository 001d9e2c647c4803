/** What a batch says of each task beside its arguments: its function, its place in the run, its time limit. What is the same for all is one value. */
import type { AnyFunction, Task } from '../../task.js'
import type { Batch } from '../../worker/batch.js'

export class TaskColumns {
  /** The run's own limit per task, in milliseconds. */
  readonly #timeout: number | undefined
  #size = 0
  /** The function of the task before, and its id: tasks of one function are looked up once. */
  #lastFn: AnyFunction | undefined
  #lastId = 0
  /** Ids of all functions, once there is more than one. */
  #fns: number[] | undefined
  #firstIndex = 0
  /** Indices of all tasks, once they do not follow one another. */
  #indices: number[] | undefined
  #timeouts: (number | undefined)[] | undefined

  constructor(timeout: number | undefined) {
    this.#timeout = timeout
  }

  get size(): number {
    return this.#size
  }

  /** Indices of the tasks, in order. */
  get indices(): readonly number[] {
    return this.#indices ?? Array.from({ length: this.#size }, (_, i) => this.#firstIndex + i)
  }

  /** Whether all tasks so far are of one function, follow one another and have no limits. */
  get isEven(): boolean {
    return this.#fns === undefined && this.#indices === undefined && this.#timeouts === undefined
  }

  /** The id of `fn`, if the task before is of it too. */
  knownId(fn: AnyFunction): number | undefined {
    return fn === this.#lastFn ? this.#lastId : undefined
  }

  /** @param id Of its function. */
  add(task: Task, id: number, index: number): void {
    const size = this.#size++
    if (size === 0) this.#firstIndex = index
    else if (id !== this.#lastId) this.#fns ??= new Array<number>(size).fill(this.#lastId)
    this.#fns?.push(id)
    this.#lastFn = task.fn
    this.#lastId = id
    if (index !== this.#firstIndex + size) this.#indices ??= Array.from({ length: size }, (_, i) => this.#firstIndex + i)
    this.#indices?.push(index)
    const timeout = task.options?.timeout ?? this.#timeout
    const limit = timeout === Number.POSITIVE_INFINITY ? undefined : timeout
    if (limit !== undefined || this.#timeouts !== undefined) this.#addTimeout(limit)
  }

  /** So many more, as the last one: see {@link TaskColumns.isEven}. */
  addAlike(count: number): void {
    this.#size += count
  }

  columns(): Pick<Batch, 'size' | 'indices' | 'fns' | 'timeouts'> {
    return {
      size: this.#size,
      indices: this.#indices ?? this.#firstIndex,
      fns: this.#fns ?? this.#lastId,
      ...(this.#timeouts === undefined ? {} : { timeouts: this.#timeouts }),
    }
  }

  #addTimeout(limit: number | undefined): void {
    this.#timeouts ??= new Array<undefined>(this.#size - 1).fill(undefined)
    this.#timeouts.push(limit)
  }
}
