/** Tells data that the wire carries exactly from values that must be described first. Pure; asked for every argument of every task. */
import { types } from 'node:util'

/**
 * Whether the wire codec alone carries `value` exactly: no functions, class instances, symbols, errors, URLs … anywhere in it.
 * Costs about a third of `v8.serialize`. Getters are read, as structured clone reads them.
 */
export function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return isPlainPrimitive(value)
  const glance = new Glance()
  const answer = glance.see(value, 0)
  return answer ?? isPlainGraph(value, new Set())
}

/**
 * {@link isPlain} for any graph, cyclic or not, at a higher price.
 *
 * @param tainted Objects known not to be plain; gains every object on the way to one that is not.
 */
export function isPlainGraph(value: unknown, tainted: Set<object>): boolean {
  return new Survey(tainted).see(value)
}

const isPlainPrimitive = (value: unknown): boolean => typeof value !== 'function' && typeof value !== 'symbol'

// Below these limits no set of visited objects is kept, which makes the walk four times faster; cycles and
// deeply shared graphs run into one of them and are walked again with a set.
const maxDepth = 100
const maxVisits = 1_000_000

// Looking for keys that only a descriptor shows (symbols, hidden ones) and for frozen objects doubles the price of a
// walk. Past this many objects it is left out: such a value is a table of records, and each of them is still walked.
const fullChecks = 2_000

/** The fast walk: `undefined` when it gives up. */
class Glance {
  #left = maxVisits

  see(object: object, depth: number): boolean | undefined {
    if (depth > maxDepth || --this.#left < 0) return undefined
    if (types.isProxy(object)) return false
    const prototype: unknown = Object.getPrototypeOf(object)
    if (prototype === Object.prototype) return this.#seeRecord(object as Record<string, unknown>, depth)
    if (prototype === Array.prototype) return Array.isArray(object) ? this.#seeArray(object, depth) : false
    return isPlainLeaf(object, prototype) ? this.#seeAll(partsOf(object), depth) : false
  }

  #seeRecord(record: Record<string, unknown>, depth: number): boolean | undefined {
    let count = 0
    for (const key in record) {
      count++
      const value = record[key]
      if (typeof value === 'object') {
        if (value === null) continue
        const answer = this.see(value, depth + 1)
        if (answer !== true) return answer
      } else if (typeof value === 'function' || typeof value === 'symbol') return false
    }
    return this.#left < maxVisits - fullChecks || isBare(record, count)
  }

  #seeArray(array: unknown[], depth: number): boolean | undefined {
    const answer = this.#seeAll(array, depth)
    return answer === true ? this.#left < maxVisits - fullChecks || isBareArray(array) : answer
  }

  #seeAll(values: readonly unknown[], depth: number): boolean | undefined {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]
      if (typeof value === 'object') {
        if (value === null) continue
        const answer = this.see(value, depth + 1)
        if (answer !== true) return answer
      } else if (typeof value === 'function' || typeof value === 'symbol') return false
    }
    return true
  }
}

// The engine's stack ends, in v8.serialize as well as here. What lies deeper is not called plain, so that it travels part by part.
const maxNesting = 1_000

/** The walk that remembers. */
class Survey {
  readonly #seen = new Set<object>()
  readonly #tainted: Set<object>

  constructor(tainted: Set<object>) {
    this.#tainted = tainted
  }

  see(value: unknown, depth = 0): boolean {
    if (typeof value !== 'object' || value === null) return isPlainPrimitive(value)
    if (this.#tainted.has(value)) return false
    if (this.#seen.has(value)) return true
    this.#seen.add(value)
    const plain = depth < maxNesting && this.#seeObject(value, depth + 1)
    if (!plain) this.#tainted.add(value)
    return plain
  }

  #seeObject(object: object, depth: number): boolean {
    if (types.isProxy(object)) return false
    const prototype: unknown = Object.getPrototypeOf(object)
    if (prototype === Array.prototype) return Array.isArray(object) && object.every((item) => this.see(item, depth)) && isBareArray(object)
    if (prototype !== Object.prototype) return isPlainLeaf(object, prototype) && partsOf(object).every((part) => this.see(part, depth))
    const keys = Object.keys(object)
    return isBare(object, keys.length) && keys.every((key) => this.#seeProperty(object, key, depth))
  }

  /** A walk this thorough does not run getters: an accessor travels as one. */
  #seeProperty(object: object, key: string, depth: number): boolean {
    const property = Object.getOwnPropertyDescriptor(object, key)
    return (
      property !== undefined &&
      'value' in property &&
      property.writable === true &&
      property.configurable === true &&
      this.see(property.value, depth)
    )
  }
}

/** Whether an object has `count` own keys, all of them enumerable strings, and is open to change as its copy will be. */
const isBare = (object: object, count: number): boolean => Reflect.ownKeys(object).length === count && Object.isExtensible(object)

// Naming every index of a long array costs more than sending it. A long array with further properties is left to
// the wire, which refuses what it cannot clone.
const longArray = 256
function isBareArray(array: unknown[]): boolean {
  if (array.length > longArray) return Object.isExtensible(array)
  // Other keys come after the indices, so the last one tells.
  const last = Object.keys(array).at(-1)
  return (last === undefined || isIndex(last)) && Object.isExtensible(array)
}
const isIndex = (key: string): boolean => String(Number(key) >>> 0) === key

type Check = (object: object) => boolean
const keyless: Check = (object) => Reflect.ownKeys(object).length === 0 && Object.isExtensible(object)
// An object made with `Object.create(Map.prototype)` wears the prototype without being one: only a real method can tell.
const real =
  (kind: Check): Check =>
  (object) => {
    try {
      return kind(object) && keyless(object)
    } catch {
      return false
    }
  }
const sizeOf = (kind: object): Check => {
  const get = Object.getOwnPropertyDescriptor(kind, 'size')?.get
  return (object) => get?.call(object) !== undefined
}
const isView: Check = (object) => ArrayBuffer.isView(object)
const typedArrays = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
]

/** What else the wire carries, by exact prototype. */
const leaves = new Map<unknown, Check>([
  [Map.prototype, real(sizeOf(Map.prototype))],
  [Set.prototype, real(sizeOf(Set.prototype))],
  [Date.prototype, real((object) => Date.prototype.getTime.call(object as Date) !== undefined)],
  [
    RegExp.prototype,
    (object) =>
      Object.hasOwn(object, 'lastIndex') &&
      (object as RegExp).lastIndex === 0 &&
      Reflect.ownKeys(object).length === 1 &&
      Object.isExtensible(object),
  ],
  [ArrayBuffer.prototype, real((object) => Number.isInteger((object as ArrayBuffer).byteLength))],
  [DataView.prototype, isView],
  ...typedArrays.map((kind): [unknown, Check] => [kind.prototype, isView]),
])
if (typeof Buffer === 'function') leaves.set(Buffer.prototype, isView)

const isPlainLeaf = (object: object, prototype: unknown): boolean => leaves.get(prototype)?.(object) ?? false

function partsOf(object: object): readonly unknown[] {
  if (object instanceof Map) return [...object.keys(), ...object.values()]
  return object instanceof Set ? [...object] : []
}
