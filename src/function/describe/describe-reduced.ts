/** Objects that say themselves how they are made again. */
import { reduceKey } from '../../protocols.js'
import type { ParcelNode, Slot } from '../parcel/parcel.js'
import type { Draft } from './draft.js'

/** What `[Symbol.for('joblet.reduce')]()` says `value` is made by. */
export function describeReduced(value: object, draft: Draft): Slot | undefined {
  const reduce: unknown = Reflect.get(value, reduceKey)
  if (typeof reduce !== 'function') return undefined
  const [maker, args] = Reflect.apply(reduce, value, []) as [unknown, readonly unknown[]]
  const node: ParcelNode = { t: 'call', maker: undefined, args: [] }
  const slot = draft.add(value, node)
  node.maker = draft.at('maker', () => draft.slot(maker))
  node.args = args.map((arg, i) => draft.at(`maker's argument ${i + 1}`, () => draft.slot(arg)))
  return slot
}
