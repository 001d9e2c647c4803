/** Objects of the language that have no global name. Worker-safe: both sides find them the same way. */

import type { Path } from '../parcel/parcel.js'
import { hostPrototype } from './host-prototypes.js'

const arrayIterator = Object.getPrototypeOf([][Symbol.iterator]()) as object

/** Language objects by a name of ours; in a path such a name comes first. */
export const intrinsics: Readonly<Record<string, object>> = {
  '%AsyncFunction': (async () => undefined).constructor,
  '%GeneratorFunction': function* () {}.constructor,
  '%AsyncGeneratorFunction': async function* () {}.constructor,
  '%TypedArray': Object.getPrototypeOf(Int8Array) as object,
  '%ArrayIteratorPrototype': arrayIterator,
  '%IteratorPrototype': Object.getPrototypeOf(arrayIterator) as object,
}

/** The value at `path`, below `root` or below a language object; `undefined` when something on the way is missing. */
export function valueAt(root: unknown, path: Path): unknown {
  const [first, ...rest] = path
  const start = typeof first === 'string' && first.startsWith('%') ? (intrinsics[first] ?? hostPrototype(first)) : undefined
  return (start === undefined ? path : rest).reduce<unknown>(step, start ?? root)
}

function step(from: unknown, key: Path[number]): unknown {
  if (from === undefined || from === null) return undefined
  if (typeof key === 'string') return (from as Record<string, unknown>)[key]
  if ('get' in key) return Object.getOwnPropertyDescriptor(from, key.get)?.get
  return Object.getOwnPropertyDescriptor(from, key.set)?.set
}
