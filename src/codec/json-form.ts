/**
 * The tree that `json` puts between a value and superjson. superjson carries plain objects, arrays and its own leaves exactly, as long as none of
 * them is met twice; for all else the tree has an object with one key:
 *
 * | key | stands for |
 * |---|---|
 * | `@shared` | the whole value, and the parts that are met more than once or lie deep, by number; the whole is number 0 |
 * | `@ref` | the part of this number |
 * | `@object`, `@bare` | `[key, value][]` of an object with special keys, of one without a prototype |
 * | `@array` | `[length, [index, item][]]` of an array with holes |
 * | `@map`, `@set` | `[key, value][]`, items |
 * | `@date` | an invalid Date |
 * | `@regexp` | `[source, flags, lastIndex]` |
 * | `@view` | `[type, buffer]`; a view is on the whole of its buffer |
 * | `@error` | `[base, [key, value, hidden][]]` |
 */

/** A tree with one key that says what it stands for. */
export const tagged = (tag: string, content: unknown): Record<string, unknown> => ({ [`@${tag}`]: content })

/** Keys that superjson throws on, those that look like ours, and those that JSON cannot be trusted with. */
export const isSpecialKey = (key: string): boolean =>
  key.startsWith('@') || key === '__proto__' || key === 'constructor' || key === 'prototype' || isEscapedKey(key)

/** Keys that JSON writes with a backslash: Node 26.10 may read `"\\ud800"` back as a backslash. */
export const isEscapedKey = (key: string): boolean => needsBackslash.test(key)

const needsBackslash = /["\\\p{Cc}\p{Cs}]/u

/** The classes of errors that every engine has. */
export const errorNames: readonly string[] = [
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'AggregateError',
]

/** The prototype of the global class `name`, where this engine has it. */
export const prototypeOf = (name: string): unknown => (Reflect.get(globalThis, name) as { prototype: unknown } | undefined)?.prototype
