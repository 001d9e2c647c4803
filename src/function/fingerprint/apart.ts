/** Objects that their contents do not tell apart, told apart by which they are. */
import { randomBytes } from 'node:crypto'

const numbers = new WeakMap<object, number>()
// 96 bits: no other process has such words, nor another thread of this one.
let ours: string | undefined
let lastNumber = 0

/** Words for this very object: no other has them, here or elsewhere. */
export function wordsForOne(object: object): string {
  let number = numbers.get(object)
  if (number === undefined) numbers.set(object, (number = ++lastNumber))
  ours ??= randomBytes(12).toString('hex')
  return `${ours} ${number}`
}
