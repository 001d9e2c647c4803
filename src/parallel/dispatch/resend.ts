/** Calls that did not begin, since a worker could not load a module: the same calls with what that module exports by value. */
import type { ShippingError } from '../../errors.js'
import { refersTo } from '../../function/found/module-of.js'
import { neitherWay, type Unloadable } from '../../function/found/unloadable.js'
import type { Batch, CallFailure } from '../../worker/batch.js'
import type { FunctionTable } from './function-table.js'

/** A call that did not begin. */
export interface Unbegun extends Unloadable {
  /** Its position in its batch. */
  readonly at: number
}

/** A batch to run in place of another. */
export interface Resent {
  readonly batch: Batch
  /** Calls that can travel in neither way, by position. */
  readonly refused: ReadonlyMap<number, ShippingError>
}

/** Those of `failures` that are calls which did not begin. */
export const unbegunIn = (failures: readonly CallFailure[]): Unbegun[] =>
  failures.flatMap(({ at, module, error }) =>
    module === undefined ? [] : [{ at, module, why: 'shipping' in error ? error.shipping : '' }],
  )

/** The calls of `batch` without the modules that kept them from beginning; `unbegun` has one entry per call. */
export async function withoutModules(batch: Batch, unbegun: readonly Unloadable[], functions: FunctionTable): Promise<Resent> {
  const fns: number[] = []
  const parcels = new Map(batch.args.parcels)
  const refused = new Map<number, ShippingError>()
  for (const [at, { module, why }] of unbegun.entries()) {
    const id = typeof batch.fns === 'number' ? batch.fns : (batch.fns[at] ?? -1)
    const args = parcels.get(at)
    fns.push(id)
    try {
      const instead = await functions.withoutModule(id, module)
      if (args !== undefined && refersTo(args, module)) parcels.set(at, await functions.parcelWithoutModule(args, module))
      else if (instead === id) throw new Error('it is not known what needs the module')
      fns[at] = instead
    } catch (error) {
      refused.set(at, neitherWay('a task', { module, why }, error))
    }
  }
  const define = [...new Set(fns)].map((id) => functions.byId(id))
  return { batch: { ...batch, fns, define, args: { ...batch.args, parcels: [...parcels] } }, refused }
}
