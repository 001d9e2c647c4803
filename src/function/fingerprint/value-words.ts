/** Words for objects and symbols that count by what they are known as, not by their contents. */

import { knownReference } from '../found/known.js'
import { loadedFileOf } from '../found/loaded.js'
import { installedPath } from '../found/packages.js'
import { wordsForOne } from './apart.js'

/** What every process calls `object`; `undefined` where its contents count. */
export function wordsForKnown(object: object): string | undefined {
  const known = knownReference(object)
  if (known !== undefined) return JSON.stringify(known)
  const file = loadedFileOf(object)
  return file === undefined ? undefined : installedPath(file)
}

/** A symbol, by its name. */
export const wordsForSymbol = (symbol: symbol): string => {
  const known = knownReference(symbol)
  const key = Symbol.keyFor(symbol)
  return known === undefined ? `${key === undefined ? 'a' : 'the'} ${String(symbol)}` : JSON.stringify(known)
}

/** What cannot be hashed, by its type, and but for the only one of its kind, by which it is: two sockets are not the same. */
export function wordsForOpaque(value: object | symbol, isOnlyOne = false): string {
  if (typeof value === 'symbol') return wordsForSymbol(value)
  const type = Object.prototype.toString.call(value)
  return isOnlyOne ? type : `${type} ${wordsForOne(value)}`
}
