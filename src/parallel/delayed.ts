/** `delayed`: a call, put off. */
import { own } from '../own.js'
import { type AnyFunction, Task, type TaskOptions } from '../task.js'
import { readTaskOptions } from './read-options.js'

/** Makes tasks of one function: call it as you would call the function. */
export type Delayed<Args extends readonly unknown[], T> = (...args: Args) => Task<Awaited<T>>

/**
 * Puts calls of `fn` off: `delayed(fn)(a, b)` is a task that `Parallel` will run as `fn(a, b)`.
 *
 * @param fn Any function: an export, a closure, a method, a native such as `Math.sqrt`. Nothing is read or sent before the task is dispatched.
 * @param options What differs for these tasks: `timeout` (ms), `retries`, `label`.
 * @throws {TypeError} If `fn` is no function.
 * @throws {OptionError} If an option is unknown or wrong.
 * @example
 * await Parallel({ nJobs: 2 })([1, 4, 9].map((x) => delayed(Math.sqrt)(x))) // [1, 2, 3]
 */
export const delayed = own(
  'delayed',
  <Args extends readonly unknown[], T>(fn: (...args: Args) => T, options?: TaskOptions): Delayed<Args, T> => {
    if (typeof fn !== 'function')
      throw new TypeError(`cannot delay ${String(fn)}: it is no function; write delayed(fn)(...args), not delayed(fn(...args))`)
    const read = options === undefined ? undefined : readTaskOptions(options)
    return (...args) => new Task<Awaited<T>>(fn as unknown as AnyFunction, args, read)
  },
)
