/** How records, arrays and what hangs on other objects are written for hashing. */
import type { CanonicalWalk } from './canonical.js'
import { dataProperty } from './own-properties.js'
import { tags } from './tags.js'

const longArray = 256
const none: readonly string[] = []
const longHole = 1_000

const isIndex = (key: string): boolean => String(Number(key) >>> 0) === key && key !== '4294967295'
/** Own keys that are no indices. */
export const namedKeys = (object: object): string[] => Object.keys(object).filter((key) => !isIndex(key))

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

const [fewItems, fewCharacters] = [8, 32]

/**
 * Whether `value` is an array of a few short primitives, as the arguments of most calls are. What is kept of other objects while their parts are written,
 * and the frame around these, which is replaced only where it is long, would be two thirds of what writing it takes.
 */
export function isShortAndFlat(value: unknown): value is readonly (number | string | boolean)[] {
  if (!Array.isArray(value) || value.length > fewItems || Object.getPrototypeOf(value) !== Array.prototype) return false
  for (let i = 0; i < value.length; i++) {
    const item: unknown = value[i]
    const isShort = typeof item === 'number' || typeof item === 'boolean' || (typeof item === 'string' && item.length <= fewCharacters)
    if (!isShort) return false
  }
  return Object.keys(value).length === value.length && Object.getOwnPropertySymbols(value).length === 0
}

/** Such an array, as {@link writeArray} does it. */
export function writeItems(array: readonly unknown[], walk: CanonicalWalk): void {
  walk.to.byte(tags.array)
  walk.to.double(array.length)
  for (const item of array) walk.visit(item)
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

/** Own enumerable fields beside the contents; nothing at all where there are none. */
export function writeFields(object: object, walk: CanonicalWalk, keys: readonly string[] = Object.keys(object)): void {
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
  // `Math`, `JSON`, a module: what they hold is hidden, and their tag tells them apart.
  const tag = dataProperty(object, Symbol.toStringTag)
  if (typeof tag === 'string') walk.token(tags.known, tag)
  const own = symbols.filter((symbol) => Object.prototype.propertyIsEnumerable.call(object, symbol))
  if (own.length === 0) return
  writeUnordered(own, walk, (symbol) => {
    walk.step({ words: () => `[${String(symbol)}]` })
    walk.symbol(symbol)
    walk.visit(Reflect.get(object, symbol))
  })
}

/** Items whose order does not count: each written apart, then all of them sorted. */
export function writeUnordered<T>(items: Iterable<T>, walk: CanonicalWalk, write: (item: T) => void): void {
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

function writeSparse(array: readonly unknown[], walk: CanonicalWalk): void {
  walk.to.byte(tags.fields)
  const present = Object.keys(array)
  walk.to.int(present.length)
  for (const key of present) {
    walk.to.text(key)
    walk.part(key, array[key as unknown as number])
  }
}

/** Keys are mostly sorted already, or few. */
function sort(keys: string[]): void {
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] as string) > (keys[i] as string)) return void keys.sort()
}
