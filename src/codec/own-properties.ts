/** What objects have of their own, read without running code of theirs. Pure. */

/** Whether a value can have properties of its own. */
export const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function'

/** A data property's value, without running a getter. */
export const dataProperty = (object: object, key: string | symbol): unknown =>
  Object.getOwnPropertyDescriptor(object, key)?.value as unknown

/** A constructor. */
export type Maker = object & { readonly name: string }

/** The constructor whose `prototype` an object is, as the object `named` says. */
export function makerOf(proto: object, named = proto): Maker | undefined {
  const maker = dataProperty(named, 'constructor')
  return typeof maker === 'function' && dataProperty(maker, 'prototype') === proto ? (maker as Maker) : undefined
}
