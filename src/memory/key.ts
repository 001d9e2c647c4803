/** The key of a call: function, version, digest of what was given. */
import { hash } from '../function/fingerprint/hash.js'
import type { Key } from '../store/store.js'
import type { ArgumentPath, Version } from './version.js'

// 160 bits of sha256: two calls of one function share a digest once in 10^24 pairs of a million million calls.
const digits = 40

/** How calls of one function are told apart. */
export interface KeyRules {
  readonly key: ((...args: never[]) => unknown) | undefined
  /** Whether `this` counts. */
  readonly countsThis: boolean
}

/** The key under which the result of a call lies. */
export const keyOf = (version: Version, argsDigest: string): Key => `${version.prefix()}${argsDigest}` as Key

/** Whether the function has a `this` that its caller chooses: its own text says so. A comment that says `this` counts too, which does no harm. */
export function usesThis(fn: object): boolean {
  const text = Function.prototype.toString.call(fn)
  if (text.endsWith('{ [native code] }')) return !(fn as { name: string }).name.startsWith('bound ')
  return Object.hasOwn(fn, 'prototype') || !/^(?:async\s*)?(?:\([^)]*\)|[\w$]+)\s*=>/.test(text) ? /\b(?:this|super)\b/.test(text) : false
}

/**
 * The digest of what a call was given, taken before it runs.
 *
 * @throws {CodecError} If something in the arguments cannot be hashed; the message names the path.
 */
export function digestOf(self: unknown, args: readonly unknown[], { key, countsThis }: KeyRules, ignored: readonly ArgumentPath[]): string {
  const counted = key === undefined ? (ignored.length === 0 ? args : withoutIgnored(args, ignored)) : [Reflect.apply(key, self, args)]
  const whole = key === undefined && countsThis && self !== undefined && self !== globalThis ? { this: self, args: counted } : counted
  return hash(whole).slice(0, digits)
}

/** The arguments as if what is ignored had not been given. */
function withoutIgnored(args: readonly unknown[], ignored: readonly ArgumentPath[]): readonly unknown[] {
  const counted = [...args]
  for (const [position, ...path] of ignored)
    if (position < counted.length) counted[position] = path.length === 0 ? undefined : without(counted[position], path)
  const whole = new Set(ignored.flatMap(([position, ...path]) => (path.length === 0 ? [position] : [])))
  while (whole.has(counted.length - 1)) counted.pop()
  return counted
}

function without(value: unknown, [name = '', ...rest]: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || !(name in value)) return value
  const copy: object = Object.create(Object.getPrototypeOf(value) as object | null, Object.getOwnPropertyDescriptors(value)) as object
  if (rest.length > 0)
    Object.defineProperty(copy, name, {
      value: without(Reflect.get(value, name), rest),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  else Reflect.deleteProperty(copy, name)
  return copy
}
