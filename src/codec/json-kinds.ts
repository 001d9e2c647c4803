/** How each kind of object is written into the tree of `json-form.ts`. */
import * as types from 'node:util/types'
import { errorNames, isSpecialKey, prototypeOf, tagged } from './json-form.js'
import type { TreeWriter } from './json-write.js'
import { homePrototypeOf } from './realm.js'
import { viewNames } from './views.js'

/** What stands for `object`, its parts on their way. */
export function formOf(object: object, to: TreeWriter): unknown {
  if (types.isProxy(object)) to.refuse('it is a Proxy', 'pass what it stands for')
  const prototype = homePrototypeOf(object)
  if (prototype === Object.prototype || prototype === null) return recordForm(object, prototype, to)
  const kind = kinds.find(([is, usual]) => is(object) && usual(prototype))
  return kind === undefined ? refuseInstance(object, to) : kind[2](object, to)
}

function recordForm(object: object, prototype: unknown, to: TreeWriter): unknown {
  const keys = Object.keys(object)
  checkKeys(object, keys, to)
  if (prototype === null) return tagged('bare', propertyForms(object, keys, to))
  if (keys.some(isSpecialKey)) return tagged('object', propertyForms(object, keys, to))
  const form: Record<string, unknown> = {}
  for (const key of keys) to.part(Reflect.get(object, key), form, key, key)
  return form
}

const propertyForms = (object: object, keys: readonly string[], to: TreeWriter): unknown[] =>
  keys.map((key) => {
    const form: unknown[] = [key]
    to.part(Reflect.get(object, key), form, 1, key)
    return form
  })

/** Refuse an object that has more own properties than those that its form shows. */
function checkKeys(object: object, shown: readonly string[], to: TreeWriter): void {
  const keys = Reflect.ownKeys(object)
  if (keys.length === shown.length) return
  const culprit = keys.find((key) => !(shown as readonly unknown[]).includes(key))
  to.refuse(`its property ${String(culprit)} is a symbol, not enumerable, or on something that is no plain object`, 'leave it out')
}

function refuseInstance(object: object, to: TreeWriter): never {
  const { constructor: maker } = object
  const name = typeof maker === 'function' && maker.name !== '' ? maker.name : Object.prototype.toString.call(object).slice(8, -1)
  return to.refuse(
    `it is an instance of ${name}`,
    'pass its fields; arguments of a task may be instances, and toDescriptor gives data of them',
  )
}

type Kind<T extends object> = readonly [
  is: (object: object) => object is T,
  usual: (prototype: unknown) => boolean,
  form: (object: T, to: TreeWriter) => unknown,
]
const kind = <T extends object>(
  is: (object: object) => object is T,
  names: readonly string[],
  form: (object: T, to: TreeWriter) => unknown,
): Kind<object> => [is, (prototype: unknown) => names.some((name) => prototypeOf(name) === prototype), form] as unknown as Kind<object>

const kinds: readonly Kind<object>[] = [
  kind((object): object is unknown[] => Array.isArray(object), ['Array'], arrayForm),
  kind(types.isMap, ['Map'], mapForm),
  kind(types.isSet, ['Set'], setForm),
  // Of superjson's own leaves these two come back exactly; it makes null of an invalid Date.
  kind(types.isDate, ['Date'], (date, to) => {
    checkKeys(date, [], to)
    return Number.isNaN(date.getTime()) ? tagged('date', null) : new Date(date.getTime())
  }),
  kind(
    (object): object is URL => object instanceof URL,
    ['URL'],
    (url) => new URL(url.href),
  ),
  kind(types.isRegExp, ['RegExp'], (regexp, to) => {
    checkKeys(regexp, ['lastIndex'], to)
    const form: unknown[] = [regexp.source, regexp.flags]
    to.part(regexp.lastIndex, form, 2, 'lastIndex')
    return tagged('regexp', form)
  }),
  kind(types.isAnyArrayBuffer, ['ArrayBuffer', 'SharedArrayBuffer'], (buffer, to) => {
    checkKeys(buffer, [], to)
    return checkBuffer(buffer, to)
  }),
  kind(types.isArrayBufferView, ['Buffer', ...viewNames], viewForm),
  kind(types.isNativeError, errorNames, errorForm),
]

function arrayForm(array: readonly unknown[], to: TreeWriter): unknown {
  const keys = Object.keys(array)
  checkKeys(array, [...keys, 'length'], to)
  // Named properties come after all indices.
  const last = keys.at(-1)
  if (last !== undefined && !isIndex(last, array.length)) to.refuse(`it is an array with the property ${last}`, 'use an object')
  if (keys.length < array.length) return sparseForm(array, keys, to)
  const form: unknown[] = []
  for (let i = 0; i < array.length; i++) to.part(array[i], form, i, i)
  return form
}

const isIndex = (key: string, length: number): boolean => String(Number(key) >>> 0) === key && Number(key) < length

function sparseForm(array: readonly unknown[], keys: readonly string[], to: TreeWriter): unknown {
  const items = keys.map((key) => {
    const form: unknown[] = [Number(key)]
    to.part(array[Number(key)], form, 1, Number(key))
    return form
  })
  return tagged('array', [array.length, items])
}

function mapForm(map: Map<unknown, unknown>, to: TreeWriter): unknown {
  checkKeys(map, [], to)
  const entries = [...Map.prototype.entries.call(map)].map(([key, value]) => {
    const form: unknown[] = []
    const shown = typeof key === 'string' ? JSON.stringify(key).slice(0, 40) : `(${typeof key})`
    to.part(key, form, 0, { code: ` (the key ${shown} of the Map)` })
    to.part(value, form, 1, { code: `.get(${shown})` })
    return form
  })
  return tagged('map', entries)
}

function setForm(set: Set<unknown>, to: TreeWriter): unknown {
  checkKeys(set, [], to)
  const form: unknown[] = []
  for (const item of Set.prototype.values.call(set)) to.part(item, form, form.length, { code: ' (an item of the Set)' })
  return tagged('set', form)
}

// Naming every index of a long view costs more than writing it; so it is with the wire.
const longView = 256

/** A view on all of a buffer keeps it, with whoever else looks at it; a view on a part travels as that part, as on the wire. */
function viewForm(view: NodeJS.ArrayBufferView, to: TreeWriter): unknown {
  const { buffer, byteOffset, byteLength } = view
  if (byteLength <= longView)
    checkKeys(view, types.isTypedArray(view) ? Object.keys(view).filter((key) => isIndex(key, byteLength)) : [], to)
  const name = types.isTypedArray(view) ? view[Symbol.toStringTag] : 'DataView'
  const form: unknown[] = [Buffer.isBuffer(view) ? 'Buffer' : name]
  const own = byteLength === buffer.byteLength ? buffer : checkBuffer(buffer, to).slice(byteOffset, byteOffset + byteLength)
  to.part(own, form, 1, 'buffer')
  return tagged('view', form)
}

/** A buffer whose bytes are all there is to it. */
function checkBuffer(buffer: ArrayBufferLike, to: TreeWriter): ArrayBuffer {
  if (types.isSharedArrayBuffer(buffer)) to.refuse('it is shared memory', 'pass a copy')
  if ((buffer as { resizable?: boolean }).resizable === true) to.refuse('its buffer can be resized', 'pass a copy')
  if ((buffer as { detached?: boolean }).detached === true) to.refuse('its buffer was transferred', 'pass it before')
  return buffer
}

function errorForm(error: Error, to: TreeWriter): unknown {
  const prototype = homePrototypeOf(error)
  const base = errorNames.find((name) => prototypeOf(name) === prototype)
  const keys = Reflect.ownKeys(error)
  checkKeys(
    error,
    keys.filter((key) => typeof key === 'string'),
    to,
  )
  const properties = keys
    .filter((key) => typeof key === 'string')
    .map((key) => {
      const form: unknown[] = [key]
      to.part(Reflect.get(error, key), form, 1, key)
      form.push(!Object.prototype.propertyIsEnumerable.call(error, key))
      return form
    })
  return tagged('error', [base, properties])
}
