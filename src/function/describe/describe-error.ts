/**
 * Errors. Losing one because a part of it cannot travel would hide what went wrong, so here alone such parts are given up, visibly:
 * an error whose class cannot travel keeps its name, and a property that cannot says why in its place.
 */
import { ShippingError } from '../../errors.js'
import type { ObjectParts, ParcelNode, Property, Slot } from '../parcel/parcel.js'
import { propertyFlags } from '../parcel/parcel.js'
import { unshiftStack } from '../parcel/shifts.js'
import { protoOf } from './describe-prototype.js'
import type { Draft } from './draft.js'
import { describeProps, lockOf } from './object-parts.js'

const bases = ['EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'AggregateError'] as const

/** Describe an error, with everything it carries. */
export function describeError(error: Error, draft: Draft): Slot {
  const node = error instanceof DOMException ? domNode(error) : nativeNode(error)
  const slot = draft.add(error, node)
  const stack = stackOf(error)
  if (stack !== undefined) node.stack = stack
  const keys = Reflect.ownKeys(error).filter((key) => key !== 'stack')
  node.props = keys.flatMap((key) => errorProperty(error, key, draft))
  addClass(node, error, draft)
  Object.assign(node, lockOf(error))
  return slot
}

type ErrorNode = ParcelNode & { t: 'error' | 'dom-error' }

const domNode = (error: DOMException): ErrorNode => ({ t: 'dom-error', message: error.message, name: error.name })

function nativeNode(error: Error): ErrorNode {
  return { t: 'error', base: bases.find((name) => error instanceof globalThis[name]) ?? 'Error' }
}

function stackOf(error: Error): string | undefined {
  try {
    return typeof error.stack === 'string' ? unshiftStack(error.stack) : undefined
  } catch {
    return undefined
  }
}

function errorProperty(error: Error, key: string | symbol, draft: Draft): Property[] {
  const described = draft.attempt(() => describeProps(error, [key], draft))
  if (!(described instanceof ShippingError)) return described
  const hidden = Object.getOwnPropertyDescriptor(error, key)?.enumerable !== true
  // Node's own errors carry hidden helpers (`toString`) that every process makes anew.
  if (hidden || typeof key === 'symbol') return []
  return [[key, `[left behind: ${described.message}]`]]
}

function addClass(node: ErrorNode & ObjectParts, error: Error, draft: Draft): void {
  const usual = node.t === 'error' ? (Reflect.get(globalThis, node.base) as ErrorConstructor).prototype : DOMException.prototype
  const proto = draft.attempt(() => protoOf(error, usual, draft))
  if (!(proto instanceof ShippingError)) {
    if (proto !== undefined) node.proto = proto
    return
  }
  if (!Object.hasOwn(error, 'name')) (node.props ??= []).push(['name', error.name, propertyFlags.hidden])
}
