/** Tells data that the wire carries exactly from values that must be described first. Pure; asked for every argument of every task. */
import * as types from 'node:util/types'
import { isPlainTangle } from './plain-graph.js'
import { isBare, isBareArray, isPlainLeaf, isPlainPrimitive, partsOf } from './plain-parts.js'

/**
 * Whether the wire codec alone carries `value` exactly: no functions, class instances, symbols, errors, URLs … anywhere in it.
 * Costs about a third of `v8.serialize`. Getters are read, as structured clone reads them.
 */
export function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return isPlainPrimitive(value)
  return new Glance().see(value, 0) ?? isPlainTangle(value, new Set())
}

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
