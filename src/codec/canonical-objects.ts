/** How each kind of object is written for hashing. */
import { types } from 'node:util'
import type { CanonicalWalk } from './canonical.js'
import { tags } from './tags.js'
import { classOf, nameOfClass, refusalOf } from './unhashable.js'

/** A method under this symbol gives `[maker, args]`, and the object counts as `maker(...args)`. */
const reduceKey = Symbol.for('joblet.reduce')

/** A plain object, its keys in order of their code units. */
export function writeRecord(object: object, walk: CanonicalWalk, tag: number): void {
  const record = object as Record<string, unknown>
  const keys = Object.keys(record)
  sort(keys)
  walk.to.byte(tag)
  walk.to.int(keys.length)
  for (const key of keys) {
    walk.to.text(key)
    walk.part(key, record[key])
  }
  writeSymbolFields(object, walk)
}

/** An array, its holes counted. */
export function writeArray(array: readonly unknown[], walk: CanonicalWalk): void {
  walk.to.byte(tags.array)
  walk.to.double(array.length)
  let holes = 0
  for (let i = 0; i < array.length; i++) {
    const value = array[i]
    if (value === undefined && !Object.hasOwn(array, i)) {
      // An array of a few items that says it is four billion long is walked by what it has.
      if (++holes > longHole) return writeSparse(array, walk)
      walk.to.byte(tags.hole)
    } else walk.part(i, value)
  }
  if (array.length > longArray) return
  const keys = Object.keys(array)
  // Indices come first, so there are names where there are more keys than items.
  writeFields(array, walk, keys.length > array.length - holes ? keys.slice(array.length - holes) : none)
}

/** Kinds with contents that no property shows; `false` for any other object. */
export function writeLeaf(object: object, prototype: unknown, walk: CanonicalWalk): boolean {
  const kind = kinds.find(([is]) => is(object))
  if (kind === undefined) return false
  const usual = kind[1](object, walk)
  if (prototype !== usual) walk.token(tags.instance, classToken(object, walk))
  return true
}

/** Everything else: what says itself how it is made, modules, instances. */
export function writeSpecial(object: object, prototype: unknown, walk: CanonicalWalk): void {
  if (writeReduced(object, walk) || writeUrl(object, walk) || writeIntl(object, walk)) return
  const refusal = refusalOf(object)
  if (refusal !== undefined) return walk.refuse(object, refusal)
  if (prototype === null) return writeRecord(object, walk, tags.bareRecord)
  walk.token(tags.instance, classToken(object, walk))
  writeRecord(object, walk, tags.record)
}

const longArray = 256
const none: readonly string[] = []
const longHole = 1_000

const isIndex = (key: string): boolean => String(Number(key) >>> 0) === key && key !== '4294967295'
const namedKeys = (object: object): string[] => Object.keys(object).filter((key) => !isIndex(key))

function writeSparse(array: readonly unknown[], walk: CanonicalWalk): void {
  walk.to.byte(tags.fields)
  const present = Object.keys(array)
  walk.to.int(present.length)
  for (const key of present) {
    walk.to.text(key)
    walk.part(key, array[key as unknown as number])
  }
}

/** Own enumerable fields beside the contents; nothing at all where there are none. */
function writeFields(object: object, walk: CanonicalWalk, keys: readonly string[] = Object.keys(object)): void {
  if (keys.length > 0) {
    walk.to.byte(tags.fields)
    walk.to.int(keys.length)
    for (const key of [...keys].sort()) {
      walk.to.text(key)
      walk.part(key, Reflect.get(object, key))
    }
  }
  writeSymbolFields(object, walk)
}

function writeSymbolFields(object: object, walk: CanonicalWalk): void {
  const symbols = Object.getOwnPropertySymbols(object)
  if (symbols.length === 0) return
  const own = symbols.filter((symbol) => Object.prototype.propertyIsEnumerable.call(object, symbol))
  writeUnordered(own, walk, (symbol) => {
    walk.step({ words: `[${String(symbol)}]` })
    walk.symbol(symbol)
    walk.visit(Reflect.get(object, symbol))
  })
}

/** Items whose order does not count: each written apart, then all of them sorted. */
function writeUnordered<T>(items: Iterable<T>, walk: CanonicalWalk, write: (item: T) => void): void {
  const written: string[] = []
  for (const item of items) {
    walk.to.open()
    write(item)
    written.push(walk.to.closeApart())
  }
  written.sort()
  walk.to.byte(tags.fields)
  walk.to.int(written.length)
  for (const text of written) {
    walk.to.int(text.length)
    walk.to.latin1(text)
  }
}

/** Keys are mostly sorted already, or few. */
function sort(keys: string[]): void {
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] as string) > (keys[i] as string)) return void keys.sort()
}

/** Writes an object and gives the prototype that is usual for its kind. */
type Kind<T extends object> = readonly [is: (object: object) => object is T, write: (object: T, walk: CanonicalWalk) => object]
const kind = <T extends object>(is: (object: object) => object is T, write: (object: T, walk: CanonicalWalk) => object): Kind<object> =>
  [is, write] as unknown as Kind<object>

const kinds: readonly Kind<object>[] = [
  kind(types.isArrayBufferView, writeView),
  kind(types.isMap, (map, walk) => {
    walk.to.byte(tags.map)
    writeUnordered(Map.prototype.entries.call(map) as Iterable<[unknown, unknown]>, walk, (entry) => writeEntry(entry, walk))
    writeFields(map, walk)
    return Map.prototype
  }),
  kind(types.isSet, (set, walk) => {
    walk.to.byte(tags.set)
    writeUnordered(Set.prototype.values.call(set), walk, (item) => walk.part({ words: ' (an item of the Set)' }, item))
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
  kind((object): object is Error => types.isNativeError(object) || (object instanceof Error && !types.isProxy(object)), writeError),
  kind((object): object is unknown[] => Array.isArray(object) && !types.isProxy(object), (array, walk) => {
    writeArray(array, walk)
    return Array.prototype
  }),
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
  kind(types.isArgumentsObject, (args, walk) => {
    walk.to.byte(tags.arguments)
    writeArray(Array.from(args), walk)
    return Object.prototype
  }),
]

function writeView(view: NodeJS.ArrayBufferView, walk: CanonicalWalk): object {
  const buffer = Buffer.isBuffer(view)
  const name = types.isTypedArray(view) ? view[Symbol.toStringTag] : 'DataView'
  walk.token(tags.bytes, buffer ? 'Buffer' : name)
  walk.to.bytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
  return buffer ? Buffer.prototype : (Reflect.get(globalThis, name) as { prototype: object }).prototype
}

function writeEntry([key, value]: [unknown, unknown], walk: CanonicalWalk): void {
  const shown = typeof key === 'string' ? JSON.stringify(key).slice(0, 40) : typeof key === 'object' ? '(an object)' : String(key)
  walk.part({ words: ` (the key ${shown} of the Map)` }, key)
  walk.part({ words: `.get(${shown})` }, value)
}

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
  return Object.getPrototypeOf(error) === TypeError.prototype ? TypeError.prototype : Error.prototype
}

function classToken(object: object, { options }: CanonicalWalk): string {
  const maker = options.classes === undefined ? undefined : classOf(object)
  return maker === undefined ? nameOfClass(object) : (options.classes?.(maker) ?? '')
}

function writeReduced(object: object, walk: CanonicalWalk): boolean {
  const reduce: unknown = types.isProxy(object) ? undefined : Reflect.get(object, reduceKey)
  if (typeof reduce !== 'function') return false
  const [maker, args] = Reflect.apply(reduce, object, []) as [unknown, readonly unknown[]]
  walk.to.byte(tags.made)
  walk.part({ words: ' (its maker)' }, maker)
  walk.part({ words: " (its maker's arguments)" }, args)
  return true
}

function writeUrl(object: object, walk: CanonicalWalk): boolean {
  const is = (object instanceof URL || object instanceof URLSearchParams) && !types.isProxy(object)
  if (is) walk.token(tags.url, `${nameOfClass(object)} ${String(object)}`)
  return is
}

const intlClasses = new Set<unknown>(Object.getOwnPropertyNames(Intl).map((name) => Reflect.get(Intl, name) as unknown))

/** A formatter is what its options come to; a locale is its text. */
function writeIntl(object: object, walk: CanonicalWalk): boolean {
  if (types.isProxy(object)) return false
  const maker = classOf(object)
  if (!intlClasses.has(maker)) return false
  walk.token(tags.intl, nameOfClass(object))
  const { resolvedOptions } = object as { resolvedOptions?: () => object }
  walk.visit(resolvedOptions === undefined ? String(object) : resolvedOptions.call(object))
  return true
}
