/** Tasks of this event loop that are tried again: those that wait for their time, and those whose time has come. */
import type { FailureKind } from '../../failure.js'
import type { Task } from '../../task.js'
import type { end } from '../input/source.js'
import { nextTry } from '../run/next-try.js'
import type { Run } from '../run/run.js'
import { Waiting } from '../run/waiting.js'
import type { Attempt } from './attempt.js'

type Pulled = Task | typeof end

export class Retrying {
  readonly #run: Run
  readonly #due: Attempt[] = []
  readonly #waiting = new Waiting<Attempt>()
  readonly #more: () => void
  /** An item that an async input was asked for and has not given yet. */
  #asked: Promise<Pulled> | undefined
  /** Whoever waits for that item hears that there is something else to run. */
  #wake: (() => void) | undefined

  /** @param more There is something to run. */
  constructor(run: Run, more: () => void) {
    this.#run = run
    this.#more = more
  }

  /** Whether an attempt may begin at once. */
  get hasDue(): boolean {
    return this.#due.length > 0
  }

  /** Whether there is nothing to be tried again, and nobody was asked for a task. */
  get isIdle(): boolean {
    return this.#due.length === 0 && this.#waiting.size === 0 && this.#asked === undefined
  }

  /** What is to run next; undefined: ask again. */
  next(pull: () => Pulled | Promise<Pulled>): Attempt | Pulled | Promise<Pulled | undefined> {
    const due = this.#due.shift()
    if (due !== undefined) return due
    const item = this.#asked ?? pull()
    if (!(item instanceof Promise)) return item
    this.#asked = item
    return this.#whicheverComes(item)
  }

  async #whicheverComes(item: Promise<Pulled>): Promise<Pulled | undefined> {
    const woken = new Promise<undefined>((resolve) => {
      // Named first: `Run.whenChanged` says why.
      const wake = () => resolve(undefined)
      this.#wake = wake
    })
    const first = await Promise.race([item, woken])
    if (first !== undefined) this.#asked = undefined
    return first
  }

  /** Whether the task of an attempt that failed is tried again. After a timeout that is when it runs no more, or has had its grace. */
  takes(attempt: Attempt, kind: FailureKind): boolean {
    const found = nextTry(this.#run, attempt.failedTry(kind))
    if (found === undefined) return false
    const next = attempt.next(found)
    const { graceMs } = this.#run.options
    const mayRun = kind === 'timed-out' && attempt.context?.isOver === false && graceMs > 0
    if (!mayRun) this.#wait(next, found.delayMs)
    else {
      this.#hold(next, graceMs, () => {
        attempt.onEnd = undefined
        this.#wait(next, found.delayMs)
      })
      attempt.onEnd = () => this.#waiting.hurry(next)
    }
    return true
  }

  /** Nothing is tried again. @returns What was to be. */
  clear(): Attempt[] {
    return [...this.#due.splice(0), ...this.#waiting.clear()]
  }

  #wait(next: Attempt, delayMs: number): void {
    if (delayMs > 0) this.#hold(next, delayMs, () => this.#begin(next))
    else this.#begin(next)
  }

  #hold(next: Attempt, ms: number, then: () => void): void {
    this.#run.places.wait(next.open)
    const due = () => {
      this.#run.places.waited(next.open)
      then()
    }
    this.#waiting.add(next, due, ms)
  }

  #begin(next: Attempt): void {
    this.#due.push(next)
    this.#wake?.()
    this.#wake = undefined
    this.#more()
  }
}
