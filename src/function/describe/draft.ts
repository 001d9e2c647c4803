/** A parcel while it is being written: its nodes, what they stand for, and the way to the value in hand, for error messages. */
import { ShippingError } from '../../errors.js'
import { idsToSend } from '../found/identity.js'
import { knownReference } from '../found/known.js'
import { DeepData } from '../parcel/deep-data.js'
import type { Code, Parcel, ParcelNode, Slot } from '../parcel/parcel.js'
import { inspectAhead } from '../script/function-script.js'
import type { RunFacts } from '../script/run-facts.js'
import type { CapturedFunction } from './cells.js'
import { describeFunction } from './describe-function.js'
import { describeObject } from './describe-object.js'
import { addRegistration } from './describe-registered.js'
import { referenceTo } from './reference-to.js'

/** One step of the way to a value, for messages. */
interface Step {
  readonly name: string | (() => string)
  readonly before: Step | undefined
}

// Handles of the inspector keep what they stand for; and of what is inspected ahead, some could have been known from its siblings.
const maxAhead = 32

/** A value that has its number, but no node yet. */
interface Pending {
  readonly value: object
  readonly step: Step | undefined
}

/**
 * Collects what travels together. Describers of particular kinds of values get it in hand.
 *
 * A value is numbered when it is met and described when its turn comes, nearest first: no chain is too long, and a message shows the
 * shortest way to a culprit.
 */
export class Draft {
  readonly run: RunFacts
  /** Whether it is on its way back, as a result or an error: what to do about a culprit is said accordingly. */
  readonly returns: boolean
  readonly nodes: ParcelNode[] = []
  readonly codes: Code[] = []
  /** Functions sent by value, finished when all of them are known. */
  readonly functions: CapturedFunction[] = []
  /** WeakMaps and WeakSets, whose entries travel if their keys do. */
  readonly weak: { readonly entries: [object, unknown][]; readonly add: (key: object, value: unknown) => void }[] = []
  /** Objects known to hold something that is not plain. */
  readonly tainted = new Set<object>()
  readonly deep = new DeepData()
  readonly #numbers = new Map<unknown, number>()
  readonly #values: unknown[] = []
  #pending: Pending[] = []
  #step: Step | undefined

  constructor(run: RunFacts, head: string | undefined) {
    this.run = run
    this.returns = head === 'the result' || head === 'the error'
    this.#step = head === undefined ? undefined : { name: head, before: undefined }
  }

  /** The slot that stands for `value`, which is described in its turn; see {@link describePending}. */
  slot(value: unknown): Slot {
    if (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol') return value as Slot
    if (value === null) return null
    const number = this.#numbers.get(value)
    if (number !== undefined) return { $: number }
    if (typeof value === 'symbol') return this.#symbol(value)
    this.#pending.push({ value, step: this.#step })
    return { $: this.#reserve(value) }
  }

  /** Describe all that has been met, and all that is met on the way. */
  describePending(): void {
    const back = this.#step
    let ahead = 1
    // The list grows while it is walked.
    for (let i = 0; i < this.#pending.length; i++) {
      const { value, step } = this.#pending[i] as Pending
      if (i >= ahead) {
        ahead = i + maxAhead
        inspectAhead(
          this.#pending.slice(i, ahead).map((pending) => pending.value),
          this.run,
        )
      }
      this.#step = step
      this.#describe(value)
    }
    this.#pending = []
    this.#step = back
  }

  /** Set the node of `value`; `undefined` for a node that stands for nothing that could be met again. */
  add(value: unknown, node: ParcelNode): Slot {
    const number = this.#numbers.get(value) ?? this.#reserve(value)
    this.nodes[number] = node
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
  at<T>(name: Step['name'], work: () => T): T {
    const before = this.#step
    this.#step = { name, before }
    const result = work()
    // Not in a finally: after a throw the path belongs to the message, and `attempt` puts it back.
    this.#step = before
    return result
  }

  /** Replace the last step, once more is known about it. */
  rename(name: () => string): void {
    this.#step = { name, before: this.#step?.before }
  }

  /** The path to the value in hand. */
  path(): string {
    const names: string[] = []
    for (let step = this.#step; step !== undefined; step = step.before)
      names.unshift(typeof step.name === 'string' ? step.name : step.name())
    // Of a very long way, both ends.
    return (names.length > 24 ? [...names.slice(0, 12), '…', ...names.slice(-11)] : names).join(' -> ')
  }

  /** Give up. */
  fail(reason: string, advice: string): never {
    throw new ShippingError(`cannot send ${this.path()}: ${reason}; ${advice}`)
  }

  /** Do `work` and all that follows from it; where that gives up, the parcel is as it was before, and the error comes back. */
  attempt<T>(work: () => T): T | ShippingError {
    const [nodes, functions, weak, step, pending] = [this.nodes.length, this.functions.length, this.weak.length, this.#step, this.#pending]
    this.#pending = []
    try {
      const result = work()
      this.describePending()
      return result
    } catch (error) {
      if (!(error instanceof ShippingError)) throw error
      for (const value of this.#values.splice(nodes)) this.#numbers.delete(value)
      this.nodes.length = nodes
      this.functions.length = functions
      this.weak.length = weak
      this.deep.forget()
      return error
    } finally {
      this.#step = step
      this.#pending = pending
    }
  }

  /** The finished parcel. */
  parcel(root: Slot): Parcel {
    return { v: 1, root, nodes: this.deep.finish(this.nodes), codes: this.codes }
  }

  #reserve(value: unknown): number {
    const number = this.#values.push(value) - 1
    this.nodes.length = this.#values.length
    if (value !== undefined) this.#numbers.set(value, number)
    return number
  }

  #describe(value: object): void {
    if (typeof value === 'function') addRegistration(value, this)
    const reference = referenceTo(value, this.run)
    if (reference !== undefined) this.add(value, { ...reference })
    else if (typeof value === 'function') describeFunction(value, this)
    else describeObject(value, this)
  }

  #symbol(value: symbol): Slot {
    const known = knownReference(value)
    if (known !== undefined) return this.add(value, known)
    const key = Symbol.keyFor(value)
    if (key !== undefined) return this.add(value, { t: 'symbol', key })
    return this.add(value, { t: 'symbol', description: value.description, ids: idsToSend(value) })
  }
}
