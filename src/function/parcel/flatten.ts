/** From plain data of any depth to the columns of `flat.ts`, without recursion. Pure. */
import * as types from 'node:util/types'
import { type Flat, flatKinds } from './flat.js'
import { isBareArray, isPlainLeaf, isPlainPrimitive } from './plain-parts.js'

/** Records of one shape have the same keys in the same order: a shape is found key by key. */
interface ShapeNode {
  id: number
  readonly next: Map<string, ShapeNode>
}

/** Collects graphs that may share parts. */
export class Flattener {
  readonly leaves: object[] = []
  readonly #numbers = new Map<object, number>()
  readonly #objects: object[] = []
  readonly #shapes: string[][] = []
  readonly #shapeRoot: ShapeNode = { id: -1, next: new Map() }
  readonly #layout: number[] = []
  readonly #values: unknown[] = []
  readonly #links: number[] = []

  has(object: object): boolean {
    return this.#numbers.has(object)
  }

  /**
   * Take in `root` and all that it holds, if the wire carries all of it exactly; whether it does.
   *
   * @param tainted Objects known not to be plain. Where `root` is not, it gains what was seen on the way, so that nothing is looked at twice.
   */
  add(root: object, tainted: Set<object>): boolean {
    if (this.#numbers.has(root)) return true
    const [objects, leaves, values, links] = [this.#objects.length, this.leaves.length, this.#values.length, this.#links.length]
    let plain = this.#meet(root, tainted) !== undefined
    // The list grows while it is walked.
    for (let at = objects; plain && at < this.#objects.length; at++) plain = this.#see(this.#objects[at] as object, tainted)
    if (plain) return true
    const seen = this.#objects.splice(objects)
    for (const object of seen) tainted.add(object)
    for (const object of [...seen, ...this.leaves.splice(leaves)]) this.#numbers.delete(object)
    this.#layout.length = 2 * objects
    this.#values.length = values
    this.#links.length = links
    return false
  }

  /** The columns; `roots` have been added. */
  flat(roots: readonly object[]): Flat {
    return {
      shapes: this.#shapes,
      layout: Int32Array.from(this.#layout),
      values: this.#values,
      links: Int32Array.from(this.#links),
      roots: roots.map((root) => this.#numbers.get(root) as number),
    }
  }

  /** The number of an object, which is looked at in its turn; `undefined` if it is of no plain kind. */
  #meet(object: object, tainted: Set<object>): number | undefined {
    const known = this.#numbers.get(object)
    if (known !== undefined) return known
    if (types.isProxy(object) || tainted.has(object)) return undefined
    const prototype: unknown = Object.getPrototypeOf(object)
    const isLeaf = prototype !== Object.prototype && !(prototype === Array.prototype && Array.isArray(object))
    if (isLeaf && !isPlainLeaf(object, prototype)) return undefined
    const holds = !isLeaf || prototype === Map.prototype || prototype === Set.prototype
    const number = holds ? this.#objects.push(object) - 1 : ~(this.leaves.push(object) - 1)
    this.#numbers.set(object, number)
    return number
  }

  #see(object: object, tainted: Set<object>): boolean {
    if (Array.isArray(object)) return this.#seeArray(object, tainted)
    if (object instanceof Map) return this.#seeAll(flatKinds.map, [...object].flat(), tainted)
    if (object instanceof Set) return this.#seeAll(flatKinds.set, [...object], tainted)
    return this.#seeRecord(object, tainted)
  }

  #seeArray(array: unknown[], tainted: Set<object>): boolean {
    if (!isBareArray(array)) return false
    const keys = Object.keys(array)
    const { length } = array
    if (keys.length === length && (length === 0 || keys[length - 1] === String(length - 1)))
      return this.#seeAll(flatKinds.array, array, tainted)
    const pairs = keys.flatMap((key) => [key, array[key as unknown as number]])
    return this.#seeAll(flatKinds.sparse, [length, ...pairs], tainted)
  }

  /** As for all plain data, no getter runs. */
  #seeRecord(record: object, tainted: Set<object>): boolean {
    const keys = Object.getOwnPropertyNames(record)
    if (Object.getOwnPropertySymbols(record).length > 0 || !Object.isExtensible(record)) return false
    this.#layout.push(this.#shapeOf(keys), keys.length)
    for (const key of keys) {
      const property = Object.getOwnPropertyDescriptor(record, key)
      if (property?.writable !== true || property.enumerable !== true || property.configurable !== true) return false
      if (!this.#put(property.value, tainted)) return false
    }
    return true
  }

  #seeAll(kind: number, values: readonly unknown[], tainted: Set<object>): boolean {
    this.#layout.push(kind, values.length)
    return values.every((value) => this.#put(value, tainted))
  }

  #put(value: unknown, tainted: Set<object>): boolean {
    if (typeof value !== 'object' || value === null) {
      this.#values.push(value)
      return isPlainPrimitive(value)
    }
    const number = this.#meet(value, tainted)
    if (number === undefined) return false
    this.#links.push(this.#values.length, number)
    this.#values.push(undefined)
    return true
  }

  #shapeOf(keys: string[]): number {
    let node = this.#shapeRoot
    for (const key of keys) {
      let next = node.next.get(key)
      if (next === undefined) node.next.set(key, (next = { id: -1, next: new Map() }))
      node = next
    }
    if (node.id < 0) node.id = this.#shapes.push(keys) - 1
    return node.id
  }
}
