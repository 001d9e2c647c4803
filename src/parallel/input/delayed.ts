/** `delayed`: a call, put off. */
import { own } from '../../own.js'
import { type AnyFunction, Callee, Task, type TaskOptions } from '../../task.js'
import { setImmediate } from '../../timers.js'
import { readTaskOptions } from '../options/read-options.js'

/**
 * Makes tasks of one function: call it as you would call the function.
 *
 * @example
 * ```ts
 * import { type Delayed, delayed, Parallel } from 'joblet'
 *
 * const each = <Item, T>(items: readonly Item[], make: Delayed<[Item], T>) => items.map((item) => make(item))
 * console.log(await Parallel({ nJobs: 2 })(each([1, 4, 9], delayed(Math.sqrt)))) // [ 1, 2, 3 ]
 * ```
 * @category Tasks
 */
export type Delayed<Args extends readonly unknown[], T> = (...args: Args) => Task<Awaited<T>>

/**
 * Puts calls of `fn` off: `delayed(fn)(a, b)` is a task that `Parallel` will run as `fn(a, b)`.
 *
 * @param fn Any function: an export, a closure, a method, a native such as `Math.sqrt`. Nothing is read or sent before the task is dispatched.
 * @param options What differs for these tasks: `timeout` (ms), `retries`, `label`.
 * @throws {TypeError} If `fn` is no function.
 * @throws {OptionError} If an option is unknown or wrong.
 * @example
 * ```ts
 * import { delayed, Parallel } from 'joblet'
 *
 * const area = (width: number, height: number): number => width * height
 * const tasks = [delayed(area)(2, 3), delayed(area, { label: 'large', timeout: 5_000 })(40, 50)]
 * console.log(await Parallel({ nJobs: 2 })(tasks)) // [ 6, 2000 ]
 * ```
 * @category Tasks
 */
export const delayed = own(
  'delayed',
  <Args extends readonly unknown[], T>(fn: (...args: Args) => T, options?: TaskOptions): Delayed<Args, T> => {
    if (typeof fn !== 'function')
      throw new TypeError(`cannot delay ${String(fn)}: it is no function; write delayed(fn)(...args), not delayed(fn(...args))`)
    const plain = fn as unknown as AnyFunction
    if (options === undefined) return (last?.fn === plain ? last : keepLast(plain)).make as unknown as Delayed<Args, T>
    return maker(plain, readTaskOptions(options)) as unknown as Delayed<Args, T>
  },
)

type Maker = (...args: readonly unknown[]) => Task

function maker(fn: AnyFunction, options: TaskOptions | undefined): Maker {
  const ofOne = new Callee(fn, false, options)
  const ofMany = new Callee(fn, true, options)
  function make(only: unknown): Task {
    // biome-ignore lint/complexity/noArguments: a rest parameter makes an array for every task, and doubles what a loop of tasks costs.
    return arguments.length === 1 ? new Task(ofOne, only) : new Task(ofMany, [...arguments])
  }
  // Marked, so that `memory.cache(delayed(fn))` can say which way round it goes.
  return Object.defineProperty(make as Maker, Symbol.for('joblet.delayed'), { value: true })
}

/** Of the function that was last delayed: a loop that delays one function 100,000 times makes one closure, not as many. */
let last: { readonly fn: AnyFunction; readonly make: Maker } | undefined

/** Kept until the event loop's next turn, so that nothing that `fn` holds is held for longer: a generator's tasks are made one by one, with microtasks in between. */
function keepLast(fn: AnyFunction): { readonly make: Maker } {
  if (last === undefined) setImmediate(() => (last = undefined))
  last = { fn, make: maker(fn, undefined) }
  return last
}
