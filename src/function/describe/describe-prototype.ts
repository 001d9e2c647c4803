/** The class side of an object: where its prototype comes from, and whether its class can be restored from outside. */

import { type Maker, makerOf } from '../../codec/own-properties.js'
import { homePrototypeOf } from '../../codec/realm.js'
import type { ParcelNode, Slot } from '../parcel/parcel.js'
import { analyze } from '../source/analysis.js'
import type { Draft } from './draft.js'

/** Describe `object` if it is the `prototype` of its own constructor: the receiver takes it from there. */
export function describePrototype(object: object, draft: Draft): Slot | undefined {
  const maker = makerOf(object)
  return maker && describeAsPrototype(object, maker, draft)
}

function describeAsPrototype(object: object, maker: Maker, draft: Draft): Slot {
  const node: ParcelNode & { t: 'prototype' } = { t: 'prototype', of: undefined }
  const slot = draft.add(object, node)
  node.of = draft.slot(maker)
  return slot
}

/** The slot of an object's prototype; `undefined` where it is the `usual` one of its kind. */
export function protoOf(object: object, usual: object, draft: Draft): Slot | undefined {
  const proto = homePrototypeOf(object)
  if (proto === usual) return undefined
  if (proto === null) return null
  // Some constructors write themselves into each instance, and not into their prototype.
  const maker = makerOf(proto) ?? makerOf(proto, object)
  if (maker === undefined) return draft.at('its prototype', () => draft.slot(proto))
  refusePrivateFields(maker, draft)
  return draft.at(`class ${maker.name}`, () => (draft.has(proto) ? draft.slot(proto) : describeAsPrototype(proto, maker, draft)))
}

function refusePrivateFields(maker: Maker, draft: Draft): void {
  for (let at: unknown = maker; typeof at === 'function' && at !== Function.prototype; at = Object.getPrototypeOf(at)) {
    const names = privateFields(at)
    if (names.length === 0) continue
    const reason = `it is an instance of class ${at.name}, whose private fields (${names.slice(0, 3).join(', ')}) cannot be read from outside`
    draft.fail(reason, `register how it travels: registerClass(${maker.name}, { encode, decode }), or send plain data`)
  }
}

const privateFieldsOf = new WeakMap<object, readonly string[]>()

function privateFields(maker: object): readonly string[] {
  const known = privateFieldsOf.get(maker)
  if (known !== undefined) return known
  const names = readPrivateFields(Function.prototype.toString.call(maker))
  privateFieldsOf.set(maker, names)
  return names
}

function readPrivateFields(text: string): readonly string[] {
  if (!text.startsWith('class') || !text.includes('#')) return []
  try {
    return analyze(text, true).class?.privateFields ?? []
  } catch {
    return []
  }
}
