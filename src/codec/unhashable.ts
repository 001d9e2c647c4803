/** Objects that their contents do not tell apart: which they are, and what to do instead. */
import { EventEmitter } from 'node:events'
import * as types from 'node:util/types'
import { dataProperty, makerOf } from './own-properties.js'
import { homePrototypeOf } from './realm.js'

/** Why an object cannot be hashed, and the way out. */
export interface Refusal {
  readonly reason: string
  readonly advice: string
}

const advice = 'pass what it stands for'
const refused = (reason: string, what = advice): Refusal => ({ reason, advice: what })

/** Why `object`, which is neither a plain record nor of a known kind, cannot be hashed; `undefined` if its fields are all there is to it. */
export function refusalOf(object: object): Refusal | undefined {
  if (types.isPromise(object)) return refused('it is a Promise', 'await it first')
  if (types.isGeneratorObject(object)) return refused('it is a generator that is already running', 'collect it into an array first')
  if (types.isExternal(object)) return refused('it is a native handle')
  if (object instanceof EventEmitter) return refused(`${aOrAn(nameOfClass(object))} (lives in this process only)`)
  const prototype = homePrototypeOf(object)
  return prototype === null ? undefined : refusalOfClass(prototype)
}

/** The name of the class that `object` is an instance of. */
export function nameOfClass(object: object): string {
  const maker = classOf(object)
  return maker === undefined ? '' : String(dataProperty(maker, 'name') ?? '')
}

/** The class that `object` is an instance of, without running code of it. */
export function classOf(object: object): object | undefined {
  for (let at = Object.getPrototypeOf(object) as object | null; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const maker = dataProperty(at, 'constructor')
    if (typeof maker === 'function') return maker
  }
  return undefined
}

/** Whether an object is the `prototype` of the class that it names. */
export const isOfClass = (prototype: object): boolean => makerOf(prototype) !== undefined

/** Why an instance of a class with private fields, whatever else it is, cannot be hashed. */
export function refusalOfPrivateFields(prototype: unknown): Refusal | undefined {
  for (let at = prototype as object | null; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const maker = dataProperty(at, 'constructor')
    if (typeof maker === 'function' && hasPrivateFields(maker)) {
      return refused(
        `it is an instance of ${maker.name || 'a class'}, whose private fields cannot be read`,
        "give the class a method [Symbol.for('joblet.reduce')]() that returns [maker, args]",
      )
    }
  }
  return undefined
}

function refusalOfClass(prototype: object): Refusal | undefined {
  for (let at: object | null = prototype; at !== null; at = homePrototypeOf(at)) {
    const maker = dataProperty(at, 'constructor')
    if (typeof maker === 'function' && maker !== Object && isNative(maker))
      return refused(`${aOrAn(maker.name)} (lives in this process only)`)
  }
  return refusalOfPrivateFields(prototype)
}

const texts = new WeakMap<object, { readonly native: boolean; readonly privateFields: boolean }>()

// A private field as it is declared; private methods hold nothing. What a compiler moved into WeakMaps cannot be seen.
const privateField = /[;{}\n/]\s*#[\p{ID_Continue}$]+\s*(?:[=;}]|\n)/u

/** What the text of a class says, read once. */
function textOf(maker: object): { readonly native: boolean; readonly privateFields: boolean } {
  let known = texts.get(maker)
  if (known === undefined) {
    const text = Function.prototype.toString.call(maker)
    const native = /\{\s*\[native code\]\s*\}\s*$/.test(text)
    texts.set(maker, (known = { native, privateFields: text.startsWith('class') && privateField.test(text) }))
  }
  return known
}

const isNative = (maker: object): boolean => textOf(maker).native
const hasPrivateFields = (maker: object): boolean => textOf(maker).privateFields

const aOrAn = (name: string): string => `it is ${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name || 'host object'}`
