/** Reads tasks from whatever a caller hands over. */
import { type AnyFunction, type Callee, isTask, type Task, taskOf } from '../../task.js'
import { fromDescriptor, isDescriptor } from './descriptor.js'
import { isNumberTask, ReadAhead } from './read-ahead.js'

/** The end of an input. */
export const end: unique symbol = Symbol('end of input')

/**
 * joblib's raw form of a task.
 *
 * @example
 * ```ts
 * import { Parallel, type RawTask } from 'joblet'
 *
 * const tasks: RawTask[] = [1, 4, 9].map((n) => [Math.sqrt, [n]])
 * console.log(await Parallel({ nJobs: 2 })(tasks)) // [ 1, 2, 3 ]
 * ```
 * @category Tasks
 */
export type RawTask = readonly [fn: AnyFunction, args: readonly unknown[]]

/** Where a run has its tasks from, one by one. */
export interface TaskInput {
  /** Tasks of the whole input, where that is known; with fewer than workers, fewer are started at once. */
  readonly total: number | undefined
  /** Tasks pulled so far. */
  readonly pulled: number
  /** Whether the last task has been pulled. */
  readonly ended: boolean
  /** Whether all tasks were there from the start. */
  readonly isArray: boolean
  /** Tasks not pulled yet, where that is known. */
  readonly remaining: number | undefined
  /** @throws What the input throws. */
  next(): Task | typeof end | Promise<Task | typeof end>
  /**
   * Pulls the tasks that come next for as long as they are there, are of `callee`, and have one number for an argument.
   *
   * @param into Takes these numbers, up to `most`, from `at` on.
   * @returns How many.
   */
  nextNumbers?(callee: Callee, into: Float64Array, at: number, most: number): number
  /** Tell the input that no more is wanted. */
  close(): Promise<void>
}

const nothing: readonly unknown[] = []

/** Tasks of what a caller hands over; `next` gives a promise only when the input does. */
export class TaskReader implements TaskInput {
  readonly total: number | undefined
  pulled = 0
  readonly isArray: boolean
  /** An ordinary array is read by index: an iterator makes an object per item. */
  #array: readonly unknown[] | undefined
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>
  #ended = false
  #waiting = false
  /** The iterator; undefined if it is async. */
  readonly #readAhead: ReadAhead | undefined

  /** @throws {TypeError} If `source` is no iterable. */
  constructor(source: unknown) {
    const iterable = checkIterable(source)
    this.isArray = isOrdinaryArray(source)
    this.#array = isOrdinaryArray(source) ? source : undefined
    this.total = Array.isArray(source) ? source.length : undefined
    const items = this.isArray ? nothing : iterable
    if (Symbol.asyncIterator in items) this.#iterator = items[Symbol.asyncIterator]()
    else this.#iterator = this.#readAhead = new ReadAhead(items[Symbol.iterator]())
  }

  get ended(): boolean {
    return this.#ended
  }

  get remaining(): number | undefined {
    return this.total === undefined ? undefined : Math.max(0, this.total - this.pulled)
  }

  /** @throws What the input throws, and a TypeError for an item that is no task. */
  next(): Task | typeof end | Promise<Task | typeof end> {
    if (this.#ended) return end
    if (this.#array !== undefined) return this.#takeAt(this.#array)
    return this.#readAhead === undefined ? this.#nextLater() : this.#take(this.#step() as IteratorResult<unknown>)
  }

  // 100,000 square roots: 14 ms in this thread where each is pulled, looked at and added by itself, 4 in a loop that does nothing else.
  nextNumbers(callee: Callee, into: Float64Array, at: number, most: number): number {
    if (this.#ended) return 0
    return this.#array === undefined ? this.#iterated(callee, into, at, most) : this.#listed(this.#array, callee, into, at, most)
  }

  #listed(array: readonly unknown[], callee: Callee, into: Float64Array, at: number, most: number): number {
    const from = this.pulled
    const longest = Math.min(most, array.length - from)
    let count = 0
    for (; count < longest; count++) {
      const task = array[from + count]
      if (!isNumberTask(task, callee)) break
      into[at + count] = task.given
    }
    if (count > 0) this.#pulledTo(from + count, array)
    return count
  }

  #iterated(callee: Callee, into: Float64Array, at: number, most: number): number {
    const before = this.pulled
    // Counted one by one: the input's own code may call the run off meanwhile.
    this.#readAhead?.numbers(callee, most, (number) => {
      into[at + this.pulled++ - before] = number
    })
    return this.pulled - before
  }

  /** Tell the input that no more is wanted. An async input that is busy with its next item hears it when that is there: nobody waits for it. */
  async close(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    const returned = Promise.resolve(this.#iterator.return?.())
    if (this.#waiting) returned.catch(() => undefined)
    else await returned
  }

  #takeAt(array: readonly unknown[]): Task | typeof end {
    if (this.pulled < array.length) {
      const task = toTask(array[this.pulled], this.pulled)
      this.#pulledTo(this.pulled + 1, array)
      return task
    }
    this.#ended = true
    return end
  }

  /** An array that was read is let go: what is left of a run after its end would hold its tasks until the next full collection, and each small one before would copy them. */
  #pulledTo(place: number, array: readonly unknown[]): void {
    this.pulled = place
    if (place === array.length) this.#array = nothing
  }

  async #nextLater(): Promise<Task | typeof end> {
    this.#waiting = true
    try {
      return this.#take(await this.#step())
    } catch (error) {
      return this.#threw(error)
    } finally {
      this.#waiting = false
    }
  }

  #step(): IteratorResult<unknown> | Promise<IteratorResult<unknown>> {
    try {
      return this.#iterator.next()
    } catch (error) {
      return this.#threw(error)
    }
  }

  /** An input that throws has ended: nothing is asked of it any more. */
  #threw(error: unknown): never {
    this.#ended = true
    throw error
  }

  #take({ done, value }: IteratorResult<unknown>): Task | typeof end {
    if (done === true || this.#ended) {
      this.#ended = true
      return end
    }
    const task = toTask(value, this.pulled)
    this.pulled += 1
    return task
  }
}

const isOrdinaryArray = (source: unknown): source is readonly unknown[] =>
  Array.isArray(source) && source[Symbol.iterator] === Array.prototype[Symbol.iterator] && !(Symbol.asyncIterator in source)

function checkIterable(source: unknown): Iterable<unknown> | AsyncIterable<unknown> {
  if (typeof source === 'object' && source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source))
    return source as Iterable<unknown>
  if (isTask(source)) throw new TypeError('cannot run a task that is in no list; pass an array, also of one: [delayed(fn)(...args)]')
  throw new TypeError(
    `cannot run ${show(source)}: it is no list of tasks; pass an array, a generator or an async generator of delayed(fn)(...args)`,
  )
}

function toTask(value: unknown, index: number): Task {
  if (isTask(value)) return value
  if (isDescriptor(value)) return fromDescriptor(value)
  if (Array.isArray(value) && typeof value[0] === 'function') {
    const [fn, args = []] = value as unknown as RawTask
    if (Array.isArray(args) && value.length <= 2) return taskOf(fn, args)
  }
  throw new TypeError(`cannot run item ${index} of the input: ${show(value)} is no task; ${advice(value)}`)
}

function advice(value: unknown): string {
  if (value instanceof Promise) return 'the function was called already: write delayed(fn)(...args) instead of fn(...args)'
  if (typeof value === 'function') return 'call what delayed(fn) gives: delayed(fn)(...args)'
  return 'wrap the call as delayed(fn)(...args), or write [fn, [...args]]'
}

function show(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (typeof value !== 'object' || value === null) return String(value)
  const name = Object.prototype.toString.call(value).slice(8, -1)
  return /^[AEIO]/.test(name) ? `an ${name}` : `a ${name}`
}
