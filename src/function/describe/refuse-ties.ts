/** Code that cannot be made again elsewhere, for what ties it to its place. */

import type { Inspected } from '../engine/inspect.js'
import type { Analysis } from '../source/analysis.js'
import type { AnyNode, CodeNode } from '../source/syntax.js'
import { isClass, walk } from '../source/syntax.js'
import type { Draft } from './draft.js'

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
