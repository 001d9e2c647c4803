/** Kinds of objects with contents that no property shows, and how they are written for hashing. */
import * as types from 'node:util/types'
import type { CanonicalWalk } from './canonical.js'
import { namedKeys, writeArray, writeFields, writeUnordered } from './canonical-parts.js'
import { tags } from './tags.js'

/** Writes an object and gives the prototype that is usual for its kind. */
type Kind<T extends object> = readonly [is: (object: object) => object is T, write: (object: T, walk: CanonicalWalk) => object]
const kind = <T extends object>(is: (object: object) => object is T, write: (object: T, walk: CanonicalWalk) => object): Kind<object> =>
  [is, write] as unknown as Kind<object>

/** By the first that fits. */
export const kinds: readonly Kind<object>[] = [
  kind(types.isArrayBufferView, writeView),
  kind(types.isMap, (map, walk) => {
    walk.to.byte(tags.map)
    writeUnordered(Map.prototype.entries.call(map) as Iterable<[unknown, unknown]>, walk, (entry) => writeEntry(entry, walk))
    writeFields(map, walk)
    return Map.prototype
  }),
  kind(types.isSet, (set, walk) => {
    walk.to.byte(tags.set)
    writeUnordered(Set.prototype.values.call(set), walk, (item) => walk.part(anItem, item))
    writeFields(set, walk)
    return Set.prototype
  }),
  kind(types.isDate, (date, walk) => {
    walk.to.byte(tags.date)
    walk.to.double(Date.prototype.getTime.call(date))
    writeFields(date, walk)
    return Date.prototype
  }),
  kind(types.isRegExp, (regexp, walk) => {
    walk.token(tags.regexp, regexp.source)
    walk.to.text(regexp.flags)
    walk.visit(regexp.lastIndex)
    writeFields(regexp, walk)
    return RegExp.prototype
  }),
  kind((object): object is Error => types.isNativeError(object) || object instanceof Error, writeError),
  kind(
    (object): object is unknown[] => Array.isArray(object),
    (array, walk) => {
      writeArray(array, walk)
      return Array.prototype
    },
  ),
  kind(types.isAnyArrayBuffer, (buffer, walk) => {
    const shared = types.isSharedArrayBuffer(buffer)
    walk.token(tags.bytes, shared ? 'SharedArrayBuffer' : 'ArrayBuffer')
    walk.to.bytes(new Uint8Array(buffer))
    return shared ? SharedArrayBuffer.prototype : ArrayBuffer.prototype
  }),
  kind(types.isBoxedPrimitive, (boxed, walk) => {
    walk.to.byte(tags.boxed)
    const value: unknown = boxed.valueOf()
    walk.visit(value)
    writeFields(boxed, walk, namedKeys(boxed))
    return Object.getPrototypeOf(Object(value)) as object
  }),
]

const anItem = { words: () => ' (an item of the Set)' }

function writeView(view: NodeJS.ArrayBufferView, walk: CanonicalWalk): object {
  const buffer = Buffer.isBuffer(view)
  const name = types.isTypedArray(view) ? view[Symbol.toStringTag] : 'DataView'
  walk.token(tags.bytes, buffer ? 'Buffer' : name)
  walk.to.bytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
  return buffer ? Buffer.prototype : (Reflect.get(globalThis, name) as { prototype: object }).prototype
}

function writeEntry([key, value]: [unknown, unknown], walk: CanonicalWalk): void {
  walk.part({ words: () => ` (the key ${wordsForKey(key)} of the Map)` }, key)
  walk.part({ words: () => `.get(${wordsForKey(key)})` }, value)
}

const wordsForKey = (key: unknown): string =>
  typeof key === 'string' ? JSON.stringify(key).slice(0, 40) : typeof key === 'object' && key !== null ? 'an object' : String(key)

// What every Error has: told apart from fields that a program gave it, whichever of them is enumerable.
const ofErrors = new Set(['name', 'message', 'code', 'stack', 'cause', 'errors'])

function writeError(error: Error, walk: CanonicalWalk): object {
  walk.to.byte(tags.error)
  for (const key of ['name', 'message', 'code']) walk.part(key, Reflect.get(error, key))
  for (const key of ['cause', 'errors']) {
    walk.to.byte(Object.hasOwn(error, key) ? tags.true : tags.false)
    if (Object.hasOwn(error, key)) walk.part(key, Reflect.get(error, key))
  }
  writeFields(
    error,
    walk,
    Object.keys(error).filter((key) => !ofErrors.has(key)),
  )
  return Error.prototype
}
