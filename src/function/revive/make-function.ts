/** Functions and classes that travelled by value. Worker-safe. */

import { dataProperty } from '../../codec/own-properties.js'
import { keepIds, originalOf } from '../found/identity.js'
import type { FunctionNode } from '../parcel/parcel.js'
import type { Builder } from './build.js'
import { compile } from './compile.js'

interface Making {
  readonly builder: Builder
  /** Declares the value before its parts are asked for, so that they may refer back to it. */
  readonly keep: <T>(value: T) => T
}

/** The function or class of a node: the original if it came from here, this run's copy if there is one, a new one otherwise. */
export function makeFunction(node: FunctionNode, { builder, keep }: Making): object {
  const known = knownCopy(node.ids, builder)
  if (known !== undefined) return known as object
  const code = builder.codes[node.code]
  if (code === undefined) throw new Error(`cannot revive function '${node.name}': its parcel has no code ${node.code}; it is damaged`)
  const names = node.scope.map(([name]) => name)
  const [setVariables, make] = compile(code, names)()
  if (node.t === 'class') setVariables(eagerValues(node, builder))
  const self = builder.value(node.self)
  const args = (node.args ?? []).map((slot) => builder.value(slot))
  const fresh = Reflect.apply(make, self, args) as object
  const fn = keep(fresh)
  if (fn === fresh) complete(fn, node, { builder, setVariables })
  return fn
}

/** A class or symbol that is here already. */
export function knownCopy(ids: readonly string[] | undefined, { kept }: Builder): object | symbol | undefined {
  if (ids === undefined) return undefined
  const copies = ids.map((id) => kept.get(id))
  return originalOf(ids) ?? copies.find((copy) => copy !== undefined)
}

/** Make a copy known to the rest of the run. */
export function keepCopy(value: object | symbol, ids: readonly string[], { kept }: Builder): void {
  for (const id of ids) kept.set(id, value)
  keepIds(value, ids)
}

/** What a class definition reads while it runs must be whole by then. */
function eagerValues({ scope, eager = [] }: FunctionNode, builder: Builder): Record<string, unknown> {
  const values = Object.fromEntries(scope.filter(([name]) => eager.includes(name)).map(([name, slot]) => [name, builder.value(slot)]))
  if (Object.keys(values).length > 0) builder.fill()
  return values
}

function complete(
  fn: object,
  node: FunctionNode,
  { builder, setVariables }: { builder: Builder; setVariables: (values: Record<string, unknown>) => void },
): void {
  const { scope, ids, name } = node
  if (ids !== undefined) keepCopy(fn, ids, builder)
  const current = dataProperty(fn, 'name')
  if (typeof current === 'string' && current !== name) Object.defineProperty(fn, 'name', { value: name, configurable: true })
  builder.later(() => setVariables(Object.fromEntries(scope.map(([variable, slot]) => [variable, builder.value(slot)]))))
  if (node.prototype !== undefined) Object.defineProperty(fn, 'prototype', { value: builder.value(node.prototype), writable: true })
  if (node.members !== undefined) builder.dress((fn as { prototype: object }).prototype, node.members)
  builder.dress(fn, node)
}
