/** What an object contains at this moment, as a text that tells only whether it has changed within this process. */
import { hashValue } from '../../codec/hash.js'
import { wordsForKnown, wordsForOpaque } from './value-words.js'

const numbers = new WeakMap<object, number>()
let lastNumber = 0

/** Functions by themselves: what they are was read before, and does not change. */
function numberOf(fn: object): string {
  let number = numbers.get(fn)
  if (number === undefined) numbers.set(fn, (number = ++lastNumber))
  return `#${number}`
}

const withNumbers = {
  functions: numberOf,
  classes: numberOf,
  known: wordsForKnown,
  unhashable: (value: object | symbol) => wordsForOpaque(value),
} as const

/** The contents of `object`; functions in it count by which they are. */
export function contentsOf(object: object): string {
  try {
    return hashValue(object, withNumbers)
  } catch {
    return 'opaque'
  }
}
