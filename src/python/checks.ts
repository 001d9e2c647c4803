/** What was handed over in the wrong place. */
import { show } from '../options.js'
import type { AnyFunction } from '../task.js'

/** @throws {TypeError} If `fn` is no function: `usage` says how the call is written. */
export function checkFunction(fn: unknown, usage: string): asserts fn is AnyFunction {
  if (typeof fn === 'function') return
  const why = fn instanceof Promise ? 'a promise: the function was called already' : `${show(fn)}, which is no function`
  throw new TypeError(`cannot call ${why}; write ${usage}`)
}

/** @throws {TypeError} If `args` is no array: `usage` says how the call is written. */
export function checkArray(args: unknown, usage: string): asserts args is readonly unknown[] {
  if (!Array.isArray(args)) throw new TypeError(`cannot take ${show(args)} for arguments: they must be an array; write ${usage}`)
}

/** @throws {TypeError} If `items` cannot be iterated. */
export function checkIterable(items: unknown, usage: string): asserts items is Iterable<unknown> | AsyncIterable<unknown> {
  if (typeof items === 'string') return
  if (typeof items === 'object' && items !== null && (Symbol.iterator in items || Symbol.asyncIterator in items)) return
  throw new TypeError(`cannot go through ${show(items)}: it must be an array, a generator or an async generator; write ${usage}`)
}

/** Call what somebody wants to be told by. Nobody is there to catch what it throws, and others are to be told yet. */
export function tell<T>(callback: (value: T) => unknown, value: T): void {
  try {
    callback(value)
  } catch (error) {
    process.emitWarning(`a callback threw, which changes nothing: ${error instanceof Error ? error.stack : String(error)}`, 'JobletWarning')
  }
}
