/** Classes that are called without `new`, as Python's are; `new` does no harm. */

/**
 * `Class`, so that it may be called; subclasses and `instanceof` work as ever.
 *
 * @typeParam Callable How it is called: parameters are checked by the class itself, at run time.
 */
export function callable<Callable>(name: string, Class: new (...args: never[]) => object): Callable {
  function make(...args: readonly unknown[]): object {
    return Reflect.construct(Class, args, new.target ?? Class)
  }
  Object.defineProperty(make, 'name', { value: name })
  Object.defineProperty(make, 'prototype', { value: Class.prototype })
  Object.defineProperty(Class.prototype, 'constructor', { value: make, writable: true, configurable: true })
  return make as unknown as Callable
}
