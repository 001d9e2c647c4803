/** Objects of every kind, as nodes. Plain data goes in one piece; everything else by its parts. */
import * as types from 'node:util/types'
import { dataProperty } from '../../codec/own-properties.js'
import { homeLeaf, isForeignBuffer } from '../../codec/realm.js'
import { loadedFileOf } from '../found/loaded.js'
import type { ObjectParts, ParcelNode, Slot } from '../parcel/parcel.js'
import { isPlain } from '../parcel/plain.js'
import { plainness } from '../parcel/plain-graph.js'
import { describeError } from './describe-error.js'
import { describeHost } from './describe-host.js'
import { describePrototype } from './describe-prototype.js'
import { describeReduced } from './describe-reduced.js'
import { describeRegistered } from './describe-registered.js'
import type { Draft } from './draft.js'
import { addParts } from './object-parts.js'
import { refuse } from './refuse.js'

/** Describe an object that is met for the first time. */
export function describeObject(object: object, draft: Draft): Slot {
  if (types.isProxy(object)) draft.fail('it is a Proxy', 'pass what it stands for')
  if (isPlainData(object, draft)) return draft.add(object, { t: 'raw', value: object })
  const special =
    describePrototype(object, draft) ?? describeRegistered(object, draft) ?? describeReduced(object, draft) ?? describeModule(object, draft)
  if (special !== undefined) return special
  const kind = kinds.find(([is]) => is(object))
  if (kind !== undefined) return kind[1](object, draft)
  const host = describeHost(object, draft)
  if (host !== undefined) return host
  const reference = refuse(object, draft)
  return reference === undefined ? describeRecord(object, draft) : draft.add(object, reference)
}

function isPlainData(object: object, { tainted, deep }: Draft): boolean {
  if (deep.has(object)) return true
  const plain = plainness(object, tainted)
  return plain === 'too deep' ? deep.add(object, tainted) : plain
}

function describeModule(object: object, draft: Draft): Slot | undefined {
  if (types.isModuleNamespaceObject(object))
    draft.fail('it is a module namespace that was reached as data', 'use the import itself inside the function')
  const file = loadedFileOf(object)
  if (file !== undefined) return draft.add(object, { t: 'require', file, path: [] })
  return isImportMeta(object) ? draft.add(object, { t: 'meta', url: object.url }) : undefined
}

const isImportMeta = (object: object): object is ImportMeta =>
  Object.getPrototypeOf(object) === null && Object.hasOwn(object, 'resolve') && typeof dataProperty(object, 'url') === 'string'

type Kind<T extends object> = readonly [is: (object: object) => object is T, describe: (object: T, draft: Draft) => Slot]
const kind = <T extends object>(is: (object: object) => object is T, describe: (object: T, draft: Draft) => Slot): Kind<object> =>
  [is, describe] as unknown as Kind<object>

/** Kinds with contents that no property shows, whatever class they are of. */
const kinds: readonly Kind<object>[] = [
  kind((object): object is unknown[] => Array.isArray(object), describeArray),
  kind(types.isMap, describeMap),
  kind(types.isSet, describeSet),
  kind(types.isNativeError, describeError),
  kind((object): object is DOMException => object instanceof DOMException, describeError),
  kind(types.isDate, (date, draft) =>
    build(date, { t: 'date', time: Date.prototype.getTime.call(date) }, { draft, usual: Date.prototype }),
  ),
  kind(types.isRegExp, (regexp, draft) =>
    build(
      regexp,
      { t: 'regexp', source: regexp.source, flags: regexp.flags, lastIndex: regexp.lastIndex },
      { draft, usual: RegExp.prototype, skipped: (key) => key === 'lastIndex' },
    ),
  ),
  kind(types.isArrayBufferView, describeView),
  // One of this realm is plain data.
  kind(isForeignBuffer, (buffer, draft) => draft.add(buffer, { t: 'raw', value: homeLeaf(buffer) })),
  kind(types.isSharedArrayBuffer, (buffer, draft) => draft.add(buffer, { t: 'shared', view: draft.slot(new Uint8Array(buffer)) })),
  kind(types.isBoxedPrimitive, describeBoxed),
  kind(types.isArgumentsObject, describeArguments),
]

function build(
  object: object,
  node: ParcelNode & ObjectParts,
  options: { draft: Draft; usual: object; skipped?: (key: string | symbol) => boolean },
): Slot {
  const slot = options.draft.add(object, node)
  addParts(node, object, options)
  return slot
}

const isIndex = (key: string | symbol): boolean => typeof key === 'string' && String(Number(key) >>> 0) === key

function describeArray(array: unknown[], draft: Draft): Slot {
  const node: ParcelNode & { t: 'array' } = { t: 'array', length: array.length, items: [] }
  const slot = draft.add(array, node)
  const holes: number[] = []
  for (let i = 0; i < array.length; i++) {
    if (!Object.hasOwn(array, i)) holes.push(i)
    node.items.push(draft.at(`item ${i}`, () => draft.slot(array[i])))
  }
  if (holes.length > 0) node.holes = holes
  addParts(node, array, { draft, usual: Array.prototype, skipped: (key) => key === 'length' || isIndex(key) })
  return slot
}

function describeMap(map: Map<unknown, unknown>, draft: Draft): Slot {
  const node: ParcelNode & { t: 'map' } = { t: 'map', entries: [] }
  const slot = draft.add(map, node)
  for (const [key, value] of Map.prototype.entries.call(map)) {
    const label = typeof key === 'string' ? JSON.stringify(key).slice(0, 40) : typeof key
    node.entries.push([
      draft.at(`key ${label} of a Map`, () => draft.slot(key)),
      draft.at(`value of a Map at ${label}`, () => draft.slot(value)),
    ])
  }
  addParts(node, map, { draft, usual: Map.prototype })
  return slot
}

function describeSet(set: Set<unknown>, draft: Draft): Slot {
  const node: ParcelNode & { t: 'set' } = { t: 'set', items: [] }
  const slot = draft.add(set, node)
  for (const item of Set.prototype.values.call(set)) node.items.push(draft.at('item of a Set', () => draft.slot(item)))
  addParts(node, set, { draft, usual: Set.prototype })
  return slot
}

/** A view of a class of its own: a plain view on the same bytes, and what sets it apart. */
function describeView(view: ArrayBufferView, draft: Draft): Slot {
  const tag = types.isTypedArray(view) ? view[Symbol.toStringTag] : 'DataView'
  const Kind = Reflect.get(globalThis, tag) as Uint8ArrayConstructor
  const length = types.isTypedArray(view) ? view.length : view.byteLength
  const plain = new Kind(view.buffer, view.byteOffset, length)
  // A kind of view that the wire does not know yet (Float16Array): its bytes, and its name.
  if (!isPlain(plain)) {
    const node: ParcelNode & ObjectParts = { t: 'construct', path: [tag], args: [draft.slot(bytesOf(view))] }
    return build(view, node, { draft, usual: Kind.prototype, skipped: isIndex })
  }
  const of = draft.slot(plain)
  return build(view, { t: 'view', of }, { draft, usual: Kind.prototype, skipped: isIndex })
}

const bytesOf = (view: ArrayBufferView): ArrayBuffer => new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice().buffer

/** A number, string … as an object, also one of a class of its own. */
function describeBoxed(boxed: object, draft: Draft): Slot {
  const primitive = primitiveOf(boxed)
  const node: ParcelNode & ObjectParts = { t: 'boxed', value: draft.slot(primitive) }
  const usual = Object.getPrototypeOf(Object(primitive)) as object
  return build(boxed, node, { draft, usual, skipped: (key) => types.isStringObject(boxed) && (key === 'length' || isIndex(key)) })
}

function primitiveOf(boxed: object): unknown {
  if (types.isNumberObject(boxed)) return Number.prototype.valueOf.call(boxed)
  if (types.isStringObject(boxed)) return String.prototype.valueOf.call(boxed)
  if (types.isBooleanObject(boxed)) return Boolean.prototype.valueOf.call(boxed)
  return types.isBigIntObject(boxed) ? BigInt.prototype.valueOf.call(boxed) : Symbol.prototype.valueOf.call(boxed)
}

/** What it shows of its function (`callee`) stays behind; the list itself, and its being one of arguments, travels. */
function describeArguments(args: object, draft: Draft): Slot {
  const node: ParcelNode & ObjectParts = { t: 'arguments' }
  return build(args, node, { draft, usual: Object.prototype, skipped: (key) => key === 'callee' || key === Symbol.iterator })
}

function describeRecord(object: object, draft: Draft): Slot {
  return build(object, { t: 'object' }, { draft, usual: Object.prototype })
}
