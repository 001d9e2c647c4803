/**
 * Built-ins of another realm: a context of `node:vm`, as tests of jest run in, has an `Object`, an `Array`, a `Map` … of its own. Data that came
 * from there is the same data, so its classes count as those of this realm.
 */
import * as types from 'node:util/types'
import { dataProperty, makerOf } from './own-properties.js'

/** Classes of the language without a global name. */
const unnamed: Readonly<Record<string, unknown>> = {
  AsyncFunction: (async () => undefined).constructor,
  GeneratorFunction: function* () {}.constructor,
  AsyncGeneratorFunction: async function* () {}.constructor,
}

/** The prototype of this realm where `prototype` is that of the same built-in class in another; anything else as it is. */
export function homePrototype(prototype: object | null): object | null {
  if (prototype === null || types.isProxy(prototype)) return prototype
  const maker = makerOf(prototype)
  const home = maker && homeClass(maker)
  return home === maker ? prototype : (dataProperty(home as object, 'prototype') as object)
}

/** The prototype of `object`, as {@link homePrototype} gives it. */
export const homePrototypeOf = (object: object): object | null => homePrototype(Object.getPrototypeOf(object) as object | null)

/** A copy in this realm of a buffer, a view or a regular expression of another that has nothing beside its contents; `undefined` for anything else. */
export function homeLeaf(object: object): object | undefined {
  const prototype = homePrototypeOf(object)
  if (prototype === Object.getPrototypeOf(object)) return undefined
  if (isForeignBuffer(object)) return copyOf(new Uint8Array(object))
  if (types.isRegExp(object) && prototype === RegExp.prototype && Reflect.ownKeys(object).length === 1)
    return Object.assign(new RegExp(object.source, object.flags), { lastIndex: object.lastIndex })
  if (!ArrayBuffer.isView(object) || types.isSharedArrayBuffer(object.buffer)) return undefined
  const name = types.isTypedArray(object) ? object[Symbol.toStringTag] : 'DataView'
  const View = Reflect.get(globalThis, name) as new (buffer: ArrayBuffer) => ArrayBufferView
  return prototype === View.prototype ? new View(copyOf(new Uint8Array(object.buffer, object.byteOffset, object.byteLength))) : undefined
}

/** Whether `object` is an ArrayBuffer of another realm, and nothing more. */
export const isForeignBuffer = (object: object): object is ArrayBuffer =>
  types.isArrayBuffer(object) &&
  !(object instanceof ArrayBuffer) &&
  homePrototypeOf(object) === ArrayBuffer.prototype &&
  Reflect.ownKeys(object).length === 0

const copyOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

const homes = new WeakMap<object, object>()

/** The class of this realm where `maker` is the same built-in class of another; anything else as it is. */
export function homeClass(maker: object): object {
  if (types.isProxy(maker)) return maker
  let home = homes.get(maker)
  if (home === undefined) homes.set(maker, (home = findHome(maker)))
  return home
}

function findHome(maker: object): object {
  const name = nameOfNative(maker)
  if (name === undefined) return maker
  const home = unnamed[name] ?? dataProperty(globalThis, name)
  return typeof home === 'function' && nameOfNative(home) === name ? home : maker
}

/** By its text: a property `name` can be anything. */
const nameOfNative = (maker: object): string | undefined =>
  /^function (\w+)\(\) \{\s*\[native code\]\s*\}$/.exec(Function.prototype.toString.call(maker))?.[1]
