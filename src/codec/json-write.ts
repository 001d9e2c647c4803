/** From a value to the tree that superjson carries; see `json-form.ts`. */
import { CodecError } from '../errors.js'
import { tagged } from './json-form.js'
import { formOf } from './json-kinds.js'

/** A key on the way to a value: a property, an index, or code of our own. */
export type Step = string | number | { readonly code: string }

/** Where a part of the tree is put. */
export type Holder = unknown[] | Record<string, unknown>

/** A part that has its place, but no form yet. */
interface Pending {
  readonly object: object
  readonly holder: Holder
  readonly key: string | number
  readonly step: Step
  readonly parent: Pending | undefined
  readonly depth: number
}

/** An object that was met: where it is, and its number once it has one. */
interface Met {
  readonly holder: Holder
  readonly key: string | number
  number: number | undefined
}

// superjson's stack ends at some 2,000 levels, and one of ours makes up to four of its own.
const maxDepth = 64

/**
 * The tree of `value`.
 *
 * @throws {CodecError} For what it cannot hold exactly; the message names the path.
 */
export function toTree(value: unknown): unknown {
  return new TreeWriter().write(value)
}

/** Writes one value; the writers of particular kinds call it for the parts. No part is written inside another, so no chain is too long. */
export class TreeWriter {
  /** The root, and behind it what is shared. */
  readonly #table: unknown[] = []
  readonly #met = new Map<object, Met>()
  readonly #pending: Pending[] = []
  #inHand: Pending | undefined
  #refers = false

  write(root: unknown): unknown {
    this.part(root, this.#table, 0, { code: '' })
    // The list grows while it is walked.
    for (const pending of this.#pending) this.#place(pending)
    return this.#refers ? tagged('shared', this.#table) : this.#table[0]
  }

  /** Put what stands for `value` into `holder[key]`: at once for a primitive, in its turn for an object. */
  part(value: unknown, holder: Holder, key: string | number, step: Step): void {
    const parent = this.#inHand
    const isObject = typeof value === 'object' && value !== null
    // The place is taken at once: keys keep their order.
    Reflect.set(holder, key, isObject ? null : value)
    if (!isObject && typeof value !== 'function' && typeof value !== 'symbol') return
    const pending = { object: value as object, holder, key, step, parent, depth: (parent?.depth ?? -1) + 1 }
    if (isObject) this.#pending.push(pending)
    else this.#refusePrimitive(pending)
  }

  /** Give up on the object in hand. */
  refuse(reason: string, advice: string): never {
    throw new CodecError(`cannot write the value${this.#path()} as JSON: ${reason}; ${advice}`)
  }

  #place(pending: Pending): void {
    const { object, holder, key } = pending
    const met = this.#met.get(object)
    if (met !== undefined) {
      Reflect.set(holder, key, this.#reference(met))
      return
    }
    const tooDeep = pending.depth > maxDepth
    this.#inHand = tooDeep ? { ...pending, depth: 0 } : pending
    const place = { holder, key, number: holder === this.#table ? 0 : undefined }
    this.#met.set(object, place)
    Reflect.set(holder, key, formOf(object, this))
    if (tooDeep) Reflect.set(holder, key, this.#reference(place))
  }

  /** What stands for a part that is elsewhere; at its second mention it moves to the table. */
  #reference(met: Met): object {
    this.#refers = true
    if (met.number === undefined) {
      met.number = this.#table.push(Reflect.get(met.holder, met.key)) - 1
      Reflect.set(met.holder, met.key, tagged('ref', met.number))
    }
    return tagged('ref', met.number)
  }

  #refusePrimitive(pending: Pending): never {
    this.#inHand = pending
    const isFunction = typeof pending.object === 'function'
    return isFunction
      ? this.refuse('it is a function', 'make a task of it: toDescriptor(delayed(fn)(...args)) gives data')
      : this.refuse('it is a symbol', 'use a string')
  }

  #path(): string {
    const steps: string[] = []
    for (let at = this.#inHand; at !== undefined; at = at.parent) steps.unshift(codeFor(at.step))
    const way = steps.length > 40 ? [...steps.slice(0, 20), ' … ', ...steps.slice(-19)].join('') : steps.join('')
    return way === '' ? '' : ` at ${way}`
  }
}

function codeFor(step: Step): string {
  if (typeof step === 'number') return `[${step}]`
  if (typeof step === 'object') return step.code
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
}
