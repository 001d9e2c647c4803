/** The functions of one run: each is described once, at its first dispatch. */
import { decode, encode } from '../codec/wire.js'
import type { Describer } from '../function/describe.js'
import type { Parcel } from '../function/parcel.js'
import type { AnyFunction } from '../task.js'
import type { Definition } from '../worker/batch.js'

export class FunctionTable {
  readonly #describer: Describer
  readonly #sharesMemory: boolean
  readonly #byFunction = new Map<AnyFunction, Definition | { readonly error: unknown }>()
  readonly #byId: Definition[] = []

  constructor(describer: Describer, sharesMemory: boolean) {
    this.#describer = describer
    this.#sharesMemory = sharesMemory
  }

  /**
   * The definition of `fn`.
   *
   * @throws {ShippingError} If it cannot travel; the same error each time, read once.
   */
  define(fn: AnyFunction): Definition {
    const known = this.#byFunction.get(fn) ?? this.#describe(fn)
    if ('error' in known) throw known.error
    return known
  }

  /** The definition with this id. */
  byId(id: number): Definition {
    const definition = this.#byId[id]
    if (definition === undefined) throw new RangeError(`no function has the id ${id}`)
    return definition
  }

  /** Arguments that are no plain data. @throws {ShippingError} If they cannot travel. */
  describeArguments(args: readonly unknown[], index: number): Parcel {
    return this.#describeNow(args, `the arguments of task ${index}`)
  }

  #describe(fn: AnyFunction): Definition | { readonly error: unknown } {
    let made: Definition | { readonly error: unknown }
    try {
      made = { id: this.#byId.length, parcel: this.#describeNow(fn, `function '${fn.name || '(anonymous)'}'`) }
      this.#byId.push(made)
    } catch (error) {
      made = { error }
    }
    this.#byFunction.set(fn, made)
    return made
  }

  /** A parcel holds plain data by reference; a copy keeps it as it is now. */
  #describeNow(value: unknown, what: string): Parcel {
    const parcel = this.#describer.describe(value, what)
    return parcel.nodes.some((node) => node.t === 'raw') ? (decode(encode(parcel, this.#sharesMemory)) as Parcel) : parcel
  }
}
