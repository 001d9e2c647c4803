/** What any object may have beyond its kind's contents: properties, a prototype, a lock. */

import type { ObjectParts, Property, Slot } from '../parcel/parcel.js'
import { propertyFlags } from '../parcel/parcel.js'
import { protoOf } from './describe-prototype.js'
import type { Draft } from './draft.js'

/** Own properties of `object` as their descriptors tell, but those in `keys` only. */
export function describeProps(object: object, keys: readonly (string | symbol)[], draft: Draft): Property[] {
  return keys.flatMap((key) => {
    const property = Object.getOwnPropertyDescriptor(object, key)
    return property === undefined ? [] : [describeProp(key, property, draft)]
  })
}

/** Whether and how `object` refuses change. */
export function lockOf(object: object): Pick<ObjectParts, 'lock'> {
  if (Object.isExtensible(object)) return {}
  return { lock: Object.isFrozen(object) ? 'frozen' : Object.isSealed(object) ? 'sealed' : 'closed' }
}

/** Add to `node` what `object` has beyond its kind: its prototype, its own properties but for `skipped`, its lock. */
export function addParts(
  node: ObjectParts,
  object: object,
  { draft, usual, skipped }: { draft: Draft; usual: object; skipped?: (key: string | symbol) => boolean },
): void {
  const proto = protoOf(object, usual, draft)
  if (proto !== undefined) node.proto = proto
  const keys = Reflect.ownKeys(object).filter((key) => skipped?.(key) !== true)
  if (keys.length > 0) node.props = describeProps(object, keys, draft)
  Object.assign(node, lockOf(object))
}

function describeProp(key: string | symbol, property: PropertyDescriptor, draft: Draft): Property {
  const name = typeof key === 'string' ? key : draft.slot(key)
  // Most properties are plain fields that hold a primitive: no path, no flags.
  if (isPrimitive(property.value) && property.writable && property.enumerable && property.configurable) return [name, property.value]
  const label = `property ${typeof key === 'string' ? `'${key}'` : `[${String(key)}]`}`
  const shared = (property.enumerable ? 0 : propertyFlags.hidden) | (property.configurable ? 0 : propertyFlags.fixed)
  if (property.get || property.set) {
    const [get, set] = [
      draft.at(`getter of ${label}`, () => draft.slot(property.get)),
      draft.at(`setter of ${label}`, () => draft.slot(property.set)),
    ]
    return [name, get, shared | propertyFlags.accessor, set]
  }
  const value = draft.at(label, () => draft.slot(property.value))
  const flags = shared | (property.writable ? 0 : propertyFlags.readOnly)
  return flags === 0 ? [name, value] : [name, value, flags]
}

/** Whether a value stands for itself. */
export const isPrimitive = (value: unknown): value is Exclude<Slot, object> =>
  value === null || !['object', 'function', 'symbol'].includes(typeof value)
