import type { Scope } from './name-scope.js'
import { isPrivateDeclared } from './name-scope.js'
import type { AnyNode } from './syntax.js'

/** What code takes from around it besides variables. */
export interface Ties {
  this: boolean
  super: boolean
  newTarget: boolean
  arguments: boolean
  importMeta: boolean
  eval: boolean
  with: boolean
  /** `#names` that no class within declares. */
  readonly privates: Set<string>
}

/** Ties of code that has none. */
export const noTies = (): Ties => ({
  this: false,
  super: false,
  newTarget: false,
  arguments: false,
  importMeta: false,
  eval: false,
  with: false,
  privates: new Set(),
})

/** Add to `ties` what `node` itself takes from around the code. */
export function noteTie(node: AnyNode, scope: Scope, ties: Ties): void {
  if (node.type === 'ThisExpression' && !scope.ownThis) ties.this = true
  if (node.type === 'Super' && !scope.ownSuper) ties.super = true
  if (node.type === 'MetaProperty' && node.meta.name === 'import') ties.importMeta = true
  if (node.type === 'MetaProperty' && node.meta.name === 'new' && !scope.ownThis) ties.newTarget = true
  if (node.type === 'WithStatement') ties.with = true
  if (node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'eval') ties.eval = true
  if (node.type === 'PrivateIdentifier' && !isPrivateDeclared(node.name, scope)) ties.privates.add(node.name)
}
