/** Dates and times of `Temporal`, Node's own or a polyfill's. Their state shows nowhere but in what they print; `from` reads it back. */

import { dataProperty } from '../../codec/own-properties.js'
import type { ParcelNode, Slot } from '../parcel/parcel.js'
import type { Draft } from './draft.js'
import { addParts } from './object-parts.js'

const durationFields = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds', 'milliseconds', 'microseconds', 'nanoseconds']

/** Describe a `Temporal.PlainDate` and its like; `undefined` for any other object, an instance of a subclass included. */
export function describeTemporal(object: object, draft: Draft): Slot | undefined {
  const proto = Object.getPrototypeOf(object) as object | null
  const tag = proto === null ? undefined : dataProperty(proto, Symbol.toStringTag)
  if (proto === null || typeof tag !== 'string' || !tag.startsWith('Temporal.')) return undefined
  const Class = dataProperty(proto, 'constructor')
  const from = typeof Class === 'function' ? dataProperty(Class, 'from') : undefined
  if (typeof from !== 'function') return undefined
  const node: ParcelNode & { t: 'call' } = { t: 'call', maker: undefined, args: [] }
  const slot = draft.add(object, node)
  node.maker = draft.slot(from)
  node.args = [tag === 'Temporal.Duration' ? draft.slot(fieldsOf(object)) : String(object)]
  addParts(node, object, { draft, usual: proto })
  return slot
}

/** What a duration prints is balanced: 90 seconds would come back as a minute and a half. */
const fieldsOf = (duration: object): object => Object.fromEntries(durationFields.map((field) => [field, Reflect.get(duration, field)]))
