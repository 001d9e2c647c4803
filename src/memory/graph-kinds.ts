/** Which kind of node an object becomes. */
import * as types from 'node:util/types'
import { homePrototypeOf } from '../codec/realm.js'
import type { Node } from './graph.js'

/** The native errors that entries may hold; a name from an entry is looked up here and nowhere else. */
export const errorBases: ReadonlyMap<string, ErrorConstructor> = new Map(
  [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError].map((base) => [
    base.name,
    base as unknown as ErrorConstructor,
  ]),
)

/** What an object is, without its contents. */
export function kindOf(object: object): Node {
  if (Array.isArray(object)) return { t: 'array', length: object.length }
  if (types.isMap(object)) return { t: 'map', entries: [] }
  if (types.isSet(object)) return { t: 'set', items: [] }
  if (types.isDate(object)) return { t: 'date', time: Date.prototype.getTime.call(object) }
  if (types.isNativeError(object)) return { t: 'error', base: baseOf(object) }
  return { t: 'object' }
}

function baseOf(error: object): string {
  for (let at: object | null = error; at !== null; at = homePrototypeOf(at)) {
    const found = [...errorBases].find(([, base]) => base.prototype === at)
    if (found !== undefined) return found[0]
  }
  return 'Error'
}

/** The prototype of such an object, unless it is an instance of a class. */
export function usualPrototype(node: Node): unknown {
  switch (node.t) {
    case 'array':
      return Array.prototype
    case 'map':
      return Map.prototype
    case 'set':
      return Set.prototype
    case 'date':
      return Date.prototype
    case 'error':
      return errorBases.get(node.base)?.prototype
    default:
      return Object.prototype
  }
}
