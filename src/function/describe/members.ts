/** The `prototype` of a function or class, as far as its source text does not make it. */

import { dataProperty } from '../../codec/own-properties.js'
import { homePrototypeOf } from '../../codec/realm.js'
import { globalPath } from '../found/known.js'
import type { FunctionNode, ObjectParts } from '../parcel/parcel.js'
import type { Analysis } from '../source/analysis.js'
import type { Draft } from './draft.js'
import { describeProps } from './object-parts.js'

/** Add to `node` what `fn` inherits from, where that is another function (as classes compiled for old engines do). */
export function describeParent(fn: object, node: FunctionNode, draft: Draft): void {
  const parent = homePrototypeOf(fn)
  // First what needs no table of globals, which takes 4 ms to make.
  if (parent === Function.prototype) return
  // Function.prototype, and those of async functions and generators, come with the text.
  const usual = parent !== null && (globalPath(parent) ?? globalPath(dataProperty(parent, 'constructor'))) !== undefined
  if (!usual) node.proto = draft.at('its superclass', () => draft.slot(parent))
}

/** Add to `node` what was put on the prototype of `fn` after it was made. */
export function describeMembers(fn: object, { analysis, node, draft }: { analysis: Analysis; node: FunctionNode; draft: Draft }): void {
  const prototype = dataProperty(fn, 'prototype')
  if (typeof prototype !== 'object' || prototype === null) return
  if (analysis.class)
    return addMembers(node, prototype, {
      draft,
      keys: Reflect.ownKeys(prototype).filter((key) => Object.prototype.propertyIsEnumerable.call(prototype, key)),
    })
  const { source } = analysis
  if (source.form !== 'function' || ('generator' in source.node && source.node.generator)) return
  // The prototype of another object, or one that was assigned whole.
  if (dataProperty(prototype, 'constructor') !== fn) node.prototype = draft.at("property 'prototype'", () => draft.slot(prototype))
  else
    addMembers(node, prototype, { draft, keys: Reflect.ownKeys(prototype).filter((key) => key !== 'constructor'), usual: Object.prototype })
}

function addMembers(
  node: FunctionNode,
  prototype: object,
  { draft, keys, usual }: { draft: Draft; keys: readonly (string | symbol)[]; usual?: object },
): void {
  const members: ObjectParts = {}
  if (keys.length > 0) members.props = draft.at("property 'prototype'", () => describeProps(prototype, keys, draft))
  const proto = homePrototypeOf(prototype)
  if (usual !== undefined && proto !== usual) members.proto = draft.at('its superclass', () => draft.slot(proto))
  if (Object.keys(members).length > 0) node.members = members
}
