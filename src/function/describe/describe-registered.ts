/** Instances of registered classes, and how their registration goes with the class. */
import { dataProperty, makerOf } from '../../codec/own-properties.js'
import type { ClassCodec } from '../found/class-registry.js'
import { codecOf } from '../found/class-registry.js'
import type { ParcelNode, Slot } from '../parcel/parcel.js'
import type { Draft } from './draft.js'

/** Describe an instance of a registered class by what its `encode` gives; `undefined` for any other object. */
export function describeRegistered(object: object, draft: Draft): Slot | undefined {
  const Class = classOf(object)
  const codec = Class && codecOf(Class)
  if (Class === undefined || codec === undefined) return undefined
  const node: ParcelNode & { t: 'registered' } = { t: 'registered', by: undefined, state: undefined }
  const slot = draft.add(object, node)
  node.by = registrationOf(Class, codec, draft)
  const state = encoded(object, codec, { name: String(dataProperty(Class, 'name')), draft })
  node.state = draft.at(`what 'encode' gives for class ${String(dataProperty(Class, 'name'))}`, () => draft.slot(state))
  return slot
}

/** A registered class takes its registration along, so that instances which are made there come back. */
export function addRegistration(Class: object, draft: Draft): void {
  const codec = codecOf(Class)
  if (codec !== undefined) registrationOf(Class, codec, draft)
}

function registrationOf(Class: object, codec: ClassCodec, draft: Draft): Slot {
  if (draft.has(codec)) return draft.slot(codec)
  const node: ParcelNode & { t: 'registration' } = { t: 'registration', class: undefined, encode: undefined, decode: undefined }
  const slot = draft.add(codec, node)
  node.class = draft.slot(Class)
  node.encode = draft.at("its 'encode'", () => draft.slot(codec.encode))
  node.decode = draft.at("its 'decode'", () => draft.slot(codec.decode))
  return slot
}

function classOf(object: object): object | undefined {
  const proto = Object.getPrototypeOf(object) as object | null
  return proto === null ? undefined : makerOf(proto)
}

function encoded(object: object, { encode }: ClassCodec, { name, draft }: { name: string; draft: Draft }): unknown {
  try {
    return encode(object as never)
  } catch (error) {
    return draft.fail(
      `the 'encode' that was registered for class ${name} threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
      'mend it',
    )
  }
}
