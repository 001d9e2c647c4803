/** Values that tasks throw, and what it means that they come back as themselves. */
import { expect } from 'vitest'
import { OrderError } from '../fixtures/core/tasks.mjs'

class LocalError extends TypeError {
  readonly place: string
  constructor(place: { readonly name: string }) {
    super(`at ${place.name}`)
    this.place = place.name
  }
  get shout(): string {
    return this.place.toUpperCase()
  }
}

function circular(): Error {
  const error = new Error('around')
  error.cause = error
  return error
}

/** By title; each is made anew for each test. */
export const thrownValues: { readonly title: string; readonly make: () => unknown }[] = [
  { title: 'undefined', make: () => undefined },
  { title: 'null', make: () => null },
  { title: 'a string', make: () => 'just text' },
  { title: 'a number', make: () => 42 },
  { title: 'a record', make: () => ({ status: 404, tags: new Set(['x']) }) },
  {
    title: 'an error with a code, fields and a cause',
    make: () => Object.assign(new RangeError('far', { cause: new SyntaxError('near') }), { code: 'EFAR', seen: new Map([[1, 2]]) }),
  },
  { title: 'an error whose cause is a string', make: () => new Error('outer', { cause: 'inner' }) },
  { title: 'an error that is its own cause', make: circular },
  { title: 'a frozen error', make: () => Object.freeze(Object.assign(new Error('solid'), { code: 'EICE' })) },
  { title: 'an error whose class wants arguments, from a module', make: () => new OrderError({ id: 7 }) },
  { title: 'an error whose class wants arguments, from here', make: () => new LocalError({ name: 'home' }) },
  {
    title: 'an AggregateError',
    make: () => new AggregateError([new TypeError('one'), 'two', new LocalError({ name: 'three' })], 'several', { cause: 3 }),
  },
  { title: 'an error with a name of its own', make: () => Object.assign(new Error('custom'), { name: 'CustomError' }) },
  { title: 'a DOMException', make: () => new DOMException('stop', 'AbortError') },
  {
    title: 'a system error',
    make: () => Object.assign(new Error('ENOENT: no such file'), { errno: -2, code: 'ENOENT', syscall: 'open', path: '/nowhere' }),
  },
]

/** Both are the same in class, name, message and all that hangs on them; the stack aside. */
export const sameThrown = (actual: unknown, expected: unknown): void => expect(portrait(actual)).toEqual(portrait(expected))

function portrait(value: unknown, seen: unknown[] = []): unknown {
  if (!(value instanceof Error)) return value
  if (seen.includes(value)) return { seen: seen.indexOf(value) }
  const within = [...seen, value]
  const fields = Reflect.ownKeys(value).filter((key) => key !== 'stack')
  return {
    class: value.constructor.name,
    // joblet's copy of a class that a worker made is another class of the same name only where this one cannot be found.
    instanceOf: [TypeError, RangeError, AggregateError, OrderError, LocalError, DOMException].filter((type) => value instanceof type),
    text: String(value),
    code: (value as { code?: unknown }).code,
    frozen: Object.isFrozen(value),
    fields: Object.fromEntries(fields.map((key) => [key, portraits(Reflect.get(value, key), within)])),
    getter: (value as { shout?: unknown }).shout,
  }
}

const portraits = (value: unknown, seen: unknown[]): unknown =>
  Array.isArray(value) ? value.map((item) => portrait(item, seen)) : portrait(value, seen)
