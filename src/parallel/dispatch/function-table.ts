/** The functions of one run: each is described once, at its first dispatch. */
import type { Cargo, Freight } from '../../backend/freight/freight.js'
import type { Carrier } from '../../codec/crate.js'
import { ShippingError } from '../../errors.js'
import type { Describer } from '../../function/describe/describe.js'
import { refersTo } from '../../function/found/module-of.js'
import { ownCopy } from '../../function/parcel/own-copy.js'
import type { Parcel } from '../../function/parcel/parcel.js'
import type { AnyFunction } from '../../task.js'
import type { Definition } from '../../worker/batch.js'

export class FunctionTable {
  readonly #describer: Describer
  readonly #sharesMemory: boolean
  /** How large memory travels, in arguments too. */
  readonly freight: Freight | undefined
  readonly #byFunction = new Map<AnyFunction, Definition | { readonly error: unknown }>()
  readonly #byId: Definition[] = []
  readonly #functions: AnyFunction[] = []
  readonly #replaced = new Map<string, Promise<number>>()
  /** What the last arguments weighed that were written to the wire by themselves: those of the next task will be much the same. */
  writtenBytes = Number.POSITIVE_INFINITY

  constructor(describer: Describer, sharesMemory: boolean, freight: Freight | undefined) {
    this.#describer = describer
    this.#sharesMemory = sharesMemory
    this.freight = freight
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

  /** The function with this id. */
  functionOf(id: number): AnyFunction | undefined {
    return this.#functions[id]
  }

  /** Arguments that are no plain data. @throws {ShippingError} If they cannot travel. */
  describeArguments(args: readonly unknown[], index: number, moved?: ReadonlySet<ArrayBuffer>): { packed: Parcel; cargo: Cargo } {
    return this.pack((carrier) => this.#describeNow(args, `the arguments of task ${index}`, carrier), moved)
  }

  /** As {@link Freight.pack} does, if there is freight. */
  pack<T>(write: (carrier: Carrier | undefined) => T, moved?: ReadonlySet<ArrayBuffer>): { packed: T; cargo: Cargo } {
    return this.freight === undefined ? { packed: write(undefined), cargo: [] } : this.freight.pack(write, moved)
  }

  /**
   * The id of a definition like that of `id`, with all that comes from `module` by value; `id` itself if nothing does. The first keeps
   * its id, since other workers may hold it yet; tasks to come use the second.
   *
   * @throws {ShippingError} If it cannot travel by value.
   */
  async withoutModule(id: number, module: string): Promise<number> {
    if (!refersTo(this.byId(id).parcel, module)) return id
    const key = `${id} ${module}`
    let replaced = this.#replaced.get(key)
    if (replaced === undefined) this.#replaced.set(key, (replaced = this.#replace(id, module)))
    return replaced
  }

  /** What `parcel` holds, with all that comes from `module` by value. @throws {ShippingError} If it cannot travel so. */
  async parcelWithoutModule(parcel: Parcel, module: string): Promise<Parcel> {
    const again = await this.#describer.redescribe(parcel, module)
    if (refersTo(again, module))
      throw new ShippingError('cannot send it: it uses more of the module than its functions; export those alone')
    return this.pack((carrier) => ownCopy(again, this.#sharesMemory, carrier)).packed
  }

  async #replace(id: number, module: string): Promise<number> {
    const parcel = await this.parcelWithoutModule(this.byId(id).parcel, module)
    const fn = this.#functions[id] as AnyFunction
    return this.#add(fn, parcel).id
  }

  #add(fn: AnyFunction, parcel: Parcel): Definition {
    const made = { id: this.#byId.length, parcel }
    this.#byId.push(made)
    this.#functions.push(fn)
    this.#byFunction.set(fn, made)
    return made
  }

  #describe(fn: AnyFunction): Definition | { readonly error: unknown } {
    try {
      const { packed } = this.pack((carrier) => this.#describeNow(fn, `function '${fn.name || '(anonymous)'}'`, carrier))
      return this.#add(fn, packed)
    } catch (error) {
      const failed = { error }
      this.#byFunction.set(fn, failed)
      return failed
    }
  }

  /** A parcel holds plain data by reference; a copy keeps it as it is now. */
  #describeNow(value: unknown, what: string, carrier: Carrier | undefined): Parcel {
    return ownCopy(this.#describer.describe(value, what), this.#sharesMemory, carrier)
  }
}
