/** Properties and locks of revived objects. Worker-safe. */

import type { Lock, Property } from '../parcel/parcel.js'
import { propertyFlags } from '../parcel/parcel.js'
import type { Builder } from './build.js'

/** Define what the parcel says about an object's own properties; never assigns, so no setter and no `__proto__` runs. */
export function defineProperties(object: object, properties: readonly Property[], builder: Builder): void {
  for (const property of properties)
    Object.defineProperty(object, builder.value(property[0]) as string | symbol, descriptorOf(property, builder))
}

function descriptorOf([, value, flags = 0, setter]: Property, builder: Builder): PropertyDescriptor {
  if (flags === 0) return { value: builder.value(value), writable: true, enumerable: true, configurable: true }
  const shared = { enumerable: (flags & propertyFlags.hidden) === 0, configurable: (flags & propertyFlags.fixed) === 0 }
  if ((flags & propertyFlags.accessor) === 0)
    return { ...shared, value: builder.value(value), writable: (flags & propertyFlags.readOnly) === 0 }
  const [get, set] = [builder.value(value), builder.value(setter)] as [() => unknown, (value: unknown) => void]
  return { ...shared, get, set }
}

const locks: Record<Lock, (object: object) => void> = { frozen: Object.freeze, sealed: Object.seal, closed: Object.preventExtensions }

/** Close an object as its original was. */
export const lock = (object: object, how: Lock): void => locks[how](object)
