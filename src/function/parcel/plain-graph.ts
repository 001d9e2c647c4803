/** Whether a graph of any form is plain data, looked at so closely that its copy is exact. Pure; asked for captured values. */
import * as types from 'node:util/types'
import { isBare, isBareArray, isPlainLeaf, isPlainPrimitive, partsOf } from './plain-parts.js'

/**
 * Whether the wire codec alone carries `value` exactly: as `isPlain` has it, but every object is looked at closely, and no getter is run.
 * Costs about as much as `v8.serialize`, twice that where the graph is cyclic or deeply nested.
 *
 * @param tainted Objects known not to be plain; gains every object on the way to one that is not.
 */
export function isPlainGraph(value: unknown, tainted: Set<object>): boolean {
  if (typeof value !== 'object' || value === null) return isPlainPrimitive(value)
  return new Survey(tainted, undefined, false).see(value, 0) ?? isPlainTangle(value, tainted)
}

/** As {@link isPlainGraph}, but `'too deep'` for what is nested more deeply than the wire is sure to carry, as far as it was looked at. */
export const plainness = (value: object, tainted: Set<object>): boolean | 'too deep' =>
  new Survey(tainted, undefined, false).see(value, 0) ?? new Survey(tainted, new Set(), undefined).see(value, 0) ?? 'too deep'

/** {@link isPlainGraph} where it is known that the graph is cyclic, deep or very large. */
export const isPlainTangle = (value: object, tainted: Set<object>): boolean => new Survey(tainted, new Set(), false).see(value, 0) ?? false

// A set of visited objects takes half of the time of a walk, so at first there is none. Cycles, deeply nested and deeply shared
// graphs run into one of these limits, and are walked again with a set.
const maxDepth = 100
const maxVisits = 1_000_000
// The engine's stack ends, in v8.serialize as well as here. What lies deeper is not called plain: it travels as columns (flatten.ts), or part by part.
const maxNesting = 1_000

/** One walk: `undefined` when it gives up, which it does without a set, or where it says so of what is too deep. */
class Survey {
  readonly #tainted: Set<object>
  readonly #seen: Set<object> | undefined
  readonly #whenDeep: false | undefined
  #left = maxVisits

  constructor(tainted: Set<object>, seen: Set<object> | undefined, whenDeep: false | undefined) {
    this.#tainted = tainted
    this.#seen = seen
    this.#whenDeep = whenDeep
  }

  see(object: object, depth: number): boolean | undefined {
    if (this.#tainted.size > 0 && this.#tainted.has(object)) return false
    if (this.#seen === undefined) {
      if (depth > maxDepth || --this.#left < 0) return undefined
    } else {
      if (this.#seen.has(object)) return true
      this.#seen.add(object)
    }
    const plain = depth < maxNesting ? this.#seeObject(object, depth + 1) : this.#whenDeep
    if (plain === false) this.#tainted.add(object)
    return plain
  }

  #seeObject(object: object, depth: number): boolean | undefined {
    if (types.isProxy(object)) return false
    const prototype: unknown = Object.getPrototypeOf(object)
    if (prototype === Object.prototype) return this.#seeRecord(object, depth)
    if (prototype === Array.prototype) return Array.isArray(object) && isBareArray(object) && this.#seeAll(object, depth)
    return isPlainLeaf(object, prototype) && this.#seeAll(partsOf(object), depth)
  }

  /** Here no getter runs: an accessor travels as one. */
  #seeRecord(record: object, depth: number): boolean | undefined {
    const keys = Object.getOwnPropertyNames(record)
    if (!isBare(record, keys.length)) return false
    for (const key of keys) {
      const property = Object.getOwnPropertyDescriptor(record, key)
      // An accessor has no `writable`.
      if (property?.writable !== true || property.enumerable !== true || property.configurable !== true) return false
      const answer = this.#seePart(property.value, depth)
      if (answer !== true) return answer
    }
    return true
  }

  #seeAll(values: readonly unknown[], depth: number): boolean | undefined {
    for (let i = 0; i < values.length; i++) {
      const answer = this.#seePart(values[i], depth)
      if (answer !== true) return answer
    }
    return true
  }

  #seePart(value: unknown, depth: number): boolean | undefined {
    return typeof value === 'object' && value !== null ? this.see(value, depth) : isPlainPrimitive(value)
  }
}
