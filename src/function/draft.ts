/** A parcel while it is being written: its nodes, what they stand for, and the way to the value in hand, for error messages. */
import { ShippingError } from '../errors.js'
import { ownName } from '../own.js'
import type { CapturedFunction } from './cells.js'
import { describeFunction } from './describe-function.js'
import { describeObject } from './describe-object.js'
import { idsToSend } from './identity.js'
import type { Inspected } from './inspect.js'
import { knownReference } from './known.js'
import type { Code, Parcel, ParcelNode, Slot } from './parcel.js'
import { provenanceOf } from './provenance.js'

/** What one run knows about functions: captures are read once. */
export interface RunFacts {
  readonly inspected: WeakMap<object, Inspected>
  readonly parcels: WeakMap<object, Parcel>
  /** How many functions of each source text it has sent. */
  readonly copies: Map<string, number>
}

/** Collects what travels together. Describers of particular kinds of values get it in hand. */
export class Draft {
  readonly run: RunFacts
  readonly nodes: ParcelNode[] = []
  readonly codes: Code[] = []
  /** Functions sent by value, finished when all of them are known. */
  readonly functions: CapturedFunction[] = []
  /** WeakMaps and WeakSets, whose entries travel if their keys do. */
  readonly weak: { readonly entries: [object, unknown][]; readonly add: (key: object, value: unknown) => void }[] = []
  /** Objects known to hold something that is not plain. */
  readonly tainted = new Set<object>()
  readonly #numbers = new Map<unknown, number>()
  readonly #values: unknown[] = []
  readonly #path: string[]

  constructor(run: RunFacts, head: readonly string[]) {
    this.run = run
    this.#path = [...head]
  }

  /** The slot that stands for `value`; describes it when it is met for the first time. */
  slot(value: unknown): Slot {
    if (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol') return value as Slot
    if (value === null) return null
    const number = this.#numbers.get(value)
    if (number !== undefined) return { $: number }
    if (typeof value === 'symbol') return this.#symbol(value)
    const reference = referenceTo(value)
    if (reference !== undefined) return this.add(value, { ...reference })
    return typeof value === 'function' ? describeFunction(value, this) : describeObject(value, this)
  }

  /** Append a node for `value`; `undefined` for a node that stands for nothing that could be met again. */
  add(value: unknown, node: ParcelNode): Slot {
    const number = this.nodes.push(node) - 1
    this.#values.push(value)
    if (value !== undefined) this.#numbers.set(value, number)
    return { $: number }
  }

  /** Append `node`, or find the one that was appended under the same `key`. */
  once(key: string, node: ParcelNode): Slot {
    const number = this.#numbers.get(key)
    return number === undefined ? this.add(key, node) : { $: number }
  }

  /** Whether `value` is part of the parcel. */
  has(value: unknown): boolean {
    return this.#numbers.has(value)
  }

  /** Run `work` one step further down the path. */
  at<T>(step: string, work: () => T): T {
    this.#path.push(step)
    const result = work()
    // Not in a finally: after a throw the path belongs to the message, and `attempt` puts it back.
    this.#path.pop()
    return result
  }

  /** The path, to come back to it later. */
  here(): readonly string[] {
    return [...this.#path]
  }

  /** Run `work` at a path noted before. */
  from<T>(path: readonly string[], work: () => T): T {
    const back = this.#path.splice(0, this.#path.length, ...path)
    const result = work()
    this.#path.splice(0, this.#path.length, ...back)
    return result
  }

  /** Replace the last step, once more is known about it. */
  rename(step: string): void {
    this.#path[this.#path.length - 1] = step
  }

  /** Give up. */
  fail(reason: string, advice: string): never {
    throw new ShippingError(`cannot send ${this.#path.join(' -> ')}: ${reason}; ${advice}`)
  }

  /** Run `work`; where it gives up, the parcel is as it was before, and the error comes back. */
  attempt<T>(work: () => T): T | ShippingError {
    const [nodes, functions, weak, path] = [this.nodes.length, this.functions.length, this.weak.length, this.here()]
    try {
      return work()
    } catch (error) {
      if (!(error instanceof ShippingError)) throw error
      for (const value of this.#values.splice(nodes)) this.#numbers.delete(value)
      this.nodes.length = nodes
      this.functions.length = functions
      this.weak.length = weak
      this.#path.splice(0, this.#path.length, ...path)
      return error
    }
  }

  /** The finished parcel. */
  parcel(root: Slot): Parcel {
    return { v: 1, root, nodes: this.nodes, codes: this.codes }
  }

  #symbol(value: symbol): Slot {
    const known = knownReference(value)
    if (known !== undefined) return this.add(value, known)
    const key = Symbol.keyFor(value)
    if (key !== undefined) return this.add(value, { t: 'symbol', key })
    return this.add(value, { t: 'symbol', description: value.description, ids: idsToSend(value) })
  }
}

function referenceTo(value: object): ParcelNode | undefined {
  const name = ownName(value)
  return name === undefined ? (provenanceOf(value) ?? knownReference(value)) : { t: 'own', name }
}
