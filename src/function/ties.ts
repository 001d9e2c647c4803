/** What ties code to its place, besides the variables it captures. */
import type { Analysis } from './analysis.js'
import type { Draft } from './draft.js'
import type { Inspected } from './inspect.js'
import type { Scope } from './name-scope.js'
import { isPrivateDeclared } from './name-scope.js'
import type { AnyNode, CodeNode } from './syntax.js'
import { isClass, walk } from './syntax.js'

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

/** Fail for code that no text and no captures can make again. */
export function refuseTies({ ties, source }: Analysis, { scopes }: Inspected, draft: Draft): void {
  const [privateName] = ties.privates
  if (privateName !== undefined)
    draft.fail(`it uses the private name #${privateName} of its class`, 'send the class, or export it from a module')
  if (ties.super || (source.form === 'method' && usesSuper(source.node)))
    draft.fail("it uses 'super', and the object that it belongs to cannot be found from it", 'send the class, or export it from a module')
  if (ties.eval) draft.fail('it calls eval, so no one can tell which variables it uses', 'pass what it needs as arguments')
  if (ties.with || scopes.some(({ kind }) => kind === 'With'))
    draft.fail("it stands in, or uses, a 'with' statement", 'name the object instead')
  if (ties.newTarget) draft.fail("it captures 'new.target'", 'keep it in a variable outside')
}

/** Whether a method's own code says `super`; functions and classes within have theirs. */
function usesSuper(method: CodeNode): boolean {
  let found = false
  walk(method, (node: AnyNode) => {
    if (node.type === 'Super') found = true
    return node === method || !(isClass(node) || node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration')
  })
  return found
}
