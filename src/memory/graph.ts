/** Results that hold more than plain data, as plain data: a graph of numbered nodes without code. Written here, read by `graph-read`. */
import * as types from 'node:util/types'
import { homeLeaf, homePrototypeOf } from '../codec/realm.js'
import { type Step, wordsForPath } from '../codec/steps.js'
import { classOf, refusalOf, refusalOfPrivateFields } from '../codec/unhashable.js'
import { codecOf } from '../function/found/class-registry.js'
import { isPlainGraph } from '../function/parcel/plain-graph.js'
import type { Classes } from './classes.js'
import { kindOf, usualPrototype } from './graph-kinds.js'

/** A primitive as itself, or the number of a node. */
export type Slot = string | number | boolean | bigint | null | undefined | { readonly $: number }

/** A property, and whether it is hidden from enumeration. */
export type Field = readonly [key: string, value: Slot, hidden?: true]

/** What any object may have beside its contents. */
interface Parts {
  /** The name of its class, as {@link Classes} knows it; `null`: an object without a prototype. */
  class?: string | null
  fields?: Field[]
  lock?: 'frozen' | 'sealed' | 'closed'
}

/** One object. */
export type Node = Parts &
  (
    | { t: 'raw'; value: unknown }
    | { t: 'object' }
    | { t: 'array'; length: number }
    | { t: 'map'; entries: [Slot, Slot][] }
    | { t: 'set'; items: Slot[] }
    | { t: 'date'; time: number }
    | { t: 'url'; href: string }
    | { t: 'error'; base: string }
    | { t: 'registered'; state: Slot }
  )

/** The whole of a result. */
export interface Graph {
  readonly root: Slot
  readonly nodes: readonly Node[]
}

/** A result that cannot be kept. */
export class Unkeepable extends Error {
  /** Where in the result, as `result.list[3]`. */
  readonly path: string

  constructor(path: readonly Step[], reason: string) {
    super(reason)
    this.path = `result${wordsForPath(path).replace(/^ at /, '')}`
  }
}

/**
 * `value` as a graph.
 *
 * @throws {Unkeepable} For what is no data: functions, symbols, host objects, instances of classes that `classes` does not know.
 */
export function toGraph(value: unknown, classes: Classes): Graph {
  const writer = new GraphWriter(classes)
  try {
    return { root: writer.slot(value), nodes: writer.nodes }
  } catch (error) {
    if (error instanceof RangeError && /call stack/.test(error.message)) throw new Unkeepable([], 'it is nested too deeply')
    throw error
  }
}

class GraphWriter {
  readonly nodes: Node[] = []
  readonly #classes: Classes
  readonly #numbers = new Map<object, number>()
  readonly #tainted = new Set<object>()
  readonly #path: Step[] = []

  constructor(classes: Classes) {
    this.#classes = classes
  }

  slot(value: unknown): Slot {
    if (typeof value === 'function') return this.#refuse('it is a function')
    if (typeof value === 'symbol') return this.#refuse('it is a symbol')
    if (typeof value !== 'object' || value === null) return value as Slot
    const known = this.#numbers.get(value)
    if (known !== undefined) return { $: known }
    const number = this.nodes.length
    this.#numbers.set(value, number)
    const node = this.#shellOf(value)
    this.nodes.push(node)
    this.#fill(node, value)
    return { $: number }
  }

  #refuse(reason: string): never {
    throw new Unkeepable(this.#path, reason)
  }

  #at(step: Step, value: unknown): Slot {
    this.#path.push(step)
    const slot = this.slot(value)
    this.#path.pop()
    return slot
  }

  #shellOf(object: object): Node {
    if (types.isProxy(object)) return this.#refuse('it is a Proxy')
    if (isPlainGraph(object, this.#tainted)) return { t: 'raw', value: object }
    const leaf = homeLeaf(object)
    if (leaf !== undefined) return { t: 'raw', value: leaf }
    if (object instanceof URL) return { t: 'url', href: object.href }
    const kind = kindOf(object)
    const natural = usualPrototype(kind)
    const prototype = homePrototypeOf(object)
    if (prototype === natural) return kind
    if (prototype === null) return { ...kind, class: null }
    return this.#instance(object, prototype, kind)
  }

  #instance(object: object, prototype: object, kind: Node): Node {
    const Class = classOf(object)
    if (Class === undefined || (Class as { prototype?: unknown }).prototype !== prototype)
      return this.#refuse('its prototype is that of no class')
    const { name } = Class as { name?: unknown }
    const known = this.#classes.nameOf(Class)
    const refusal = codecOf(Class) !== undefined ? undefined : kind.t === 'object' ? refusalOf(object) : refusalOfPrivateFields(prototype)
    if (refusal !== undefined) return this.#refuse(refusal.reason)
    if (known === undefined) {
      return this.#refuse(
        `it is an instance of ${String(name)}, which the function does not reach; register it: registerClass(${String(name)}, { name: '${String(name)}' })`,
      )
    }
    return codecOf(Class) === undefined ? { ...kind, class: known } : { t: 'registered', class: known, state: undefined }
  }

  #fill(node: Node, object: object): void {
    if (node.t === 'raw' || node.t === 'url') return
    if (node.t === 'registered') {
      const encode = codecOf(classOf(object) as object)?.encode as (instance: object) => unknown
      node.state = this.#at({ words: () => ' (as its class encodes it)' }, encode(object))
      return
    }
    if (node.t === 'map') {
      for (const [key, value] of Map.prototype.entries.call(object))
        node.entries.push([this.#at({ words: () => ' (a key)' }, key), this.#at({ words: () => `.get(${show(key)})` }, value)])
    } else if (node.t === 'set')
      for (const item of Set.prototype.values.call(object)) node.items.push(this.#at({ words: () => ' (an item)' }, item))
    this.#addFields(node, object)
    if (!Object.isExtensible(object)) node.lock = Object.isFrozen(object) ? 'frozen' : Object.isSealed(object) ? 'sealed' : 'closed'
  }

  #addFields(node: Node, object: object): void {
    const fields: Field[] = []
    for (const key of Reflect.ownKeys(object)) {
      if (node.t === 'array' && key === 'length') continue
      if (typeof key === 'symbol') return this.#refuse('it has a property whose name is a symbol')
      const property = propertyOf(object, key)
      if (property.get !== undefined || property.set !== undefined) return this.#refuse(`its property '${key}' is computed`)
      const slot = this.#at(node.t === 'array' ? Number(key) : key, property.value)
      fields.push(property.enumerable === true ? [key, slot] : [key, slot, true])
    }
    if (fields.length > 0) node.fields = fields
  }
}

/** From Node 21 on, the stack of an error is computed when it is read. */
const propertyOf = (object: object, key: string): PropertyDescriptor =>
  key === 'stack' && types.isNativeError(object)
    ? { value: object.stack, writable: true, enumerable: false, configurable: true }
    : (Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor)

const show = (key: unknown): string => (typeof key === 'string' ? JSON.stringify(key) : typeof key === 'object' ? '…' : String(key))
