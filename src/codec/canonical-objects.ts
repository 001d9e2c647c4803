/** Objects that are neither plain records nor plain arrays, as they are written for hashing. */

import * as types from 'node:util/types'
import { reduceKey } from '../protocols.js'
import type { CanonicalWalk } from './canonical.js'
import { kinds } from './canonical-kinds.js'
import { writeRecord } from './canonical-parts.js'
import { homePrototypeOf } from './realm.js'
import { tags } from './tags.js'
import { classOf, isOfClass, nameOfClass, refusalOf, refusalOfPrivateFields } from './unhashable.js'

/** Write what says itself how it is made, a kind with contents of its own, a host object that has a text, or an instance. */
export function writeObject(object: object, walk: CanonicalWalk): void {
  if (types.isProxy(object))
    return walk.refuse(object, { reason: 'it is a Proxy around more than plain data', advice: 'pass what it stands for' })
  const prototype = homePrototypeOf(object)
  if (prototype === Object.prototype) return writeRecord(object, walk, tags.record)
  if (writeReduced(object, walk) || writeKind(object, prototype, walk) || writeUrl(object, walk) || writeIntl(object, walk)) return
  const refusal = refusalOf(object)
  if (refusal !== undefined) return walk.refuse(object, refusal)
  if (prototype === null) return writeRecord(object, walk, tags.bareRecord)
  walk.token(tags.instance, classToken(object, walk))
  // `Object.create(base)`: what no class names counts by its contents.
  if (!isOfClass(prototype)) walk.part('__proto__', prototype)
  writeRecord(object, walk, tags.record)
}

function writeKind(object: object, prototype: unknown, walk: CanonicalWalk): boolean {
  const kind = kinds.find(([is]) => is(object))
  if (kind === undefined) return false
  const refusal = refusalOfPrivateFields(prototype)
  if (refusal !== undefined) walk.refuse(object, refusal)
  const usual = kind[1](object, walk)
  if (prototype !== usual) walk.token(tags.instance, classToken(object, walk))
  return true
}

function classToken(object: object, { options }: CanonicalWalk): string {
  const maker = options.classes === undefined ? undefined : classOf(object)
  return maker === undefined ? nameOfClass(object) : (options.classes?.(maker) ?? '')
}

function writeReduced(object: object, walk: CanonicalWalk): boolean {
  const reduce: unknown = Reflect.get(object, reduceKey)
  if (typeof reduce !== 'function') return false
  const [maker, args] = Reflect.apply(reduce, object, []) as [unknown, readonly unknown[]]
  walk.to.byte(tags.made)
  walk.part({ words: () => ' (its maker)' }, maker)
  walk.part({ words: () => " (its maker's arguments)" }, args)
  return true
}

function writeUrl(object: object, walk: CanonicalWalk): boolean {
  const is = object instanceof URL || object instanceof URLSearchParams
  if (is) walk.token(tags.url, `${nameOfClass(object)} ${String(object)}`)
  return is
}

const intlClasses = new Set<unknown>(Object.getOwnPropertyNames(Intl).map((name) => Reflect.get(Intl, name) as unknown))

/** A formatter is what its options come to; a locale is its text. */
function writeIntl(object: object, walk: CanonicalWalk): boolean {
  const maker = classOf(object)
  if (!intlClasses.has(maker)) return false
  walk.token(tags.intl, nameOfClass(object))
  const { resolvedOptions } = object as { resolvedOptions?: () => object }
  walk.visit(resolvedOptions === undefined ? String(object) : resolvedOptions.call(object))
  return true
}
