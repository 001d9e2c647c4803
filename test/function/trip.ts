/** The way of a value to a worker and back, without the worker. */
import { decode, encode } from '../../src/codec/wire.js'
import type { Describer } from '../../src/function/describe/describe.js'
import { createDescriber, prepareDescribe } from '../../src/function/describe/describe.js'
import type { Parcel } from '../../src/function/parcel/parcel.js'
import { createReviver } from '../../src/function/revive/revive.js'

/** Describe `value`, send the parcel over the wire, revive it. */
export async function trip<T>(value: T): Promise<T> {
  const parcel = await describeIt(value)
  return (await createReviver().revive(decode(encode(parcel, true)) as Parcel)) as T
}

/** Describe `value` with a describer of its own. */
export async function describeIt(value: unknown, what = 'a value'): Promise<Parcel> {
  return (await newDescriber()).describe(value, what)
}

/** A describer, ready. */
export async function newDescriber(): Promise<Describer> {
  await prepareDescribe()
  return createDescriber()
}

/** What the nodes of a parcel are. */
export const kindsIn = ({ nodes }: Parcel): string[] => nodes.map(({ t }) => t)
