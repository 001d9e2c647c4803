/** Which names a script assigns after their declaration: what such a variable holds may change at any time. */

import type { AnyNode, Pattern } from '../source/syntax.js'
import { boundNames, walk } from '../source/syntax.js'
import type { ScriptFacts } from './function-script.js'

/** A set that can be asked. */
export interface Names {
  has(name: string): boolean
}

const everything: Names = { has: () => true }
const known = new WeakMap<ScriptFacts, Found>()

interface Found {
  readonly assigned: Names
  readonly byVar: Names
}

/** Names that are assigned anywhere in a script, in whatever scope; reads the whole tree (about 3 ms per 10 KB), once. */
export const assignedIn = (facts: ScriptFacts): Names => namesIn(facts).assigned

/** Names that a `var` declares anywhere in a script, in whatever scope. */
export const declaredByVarIn = (facts: ScriptFacts): Names => namesIn(facts).byVar

function namesIn(facts: ScriptFacts): Found {
  let names = known.get(facts)
  if (names === undefined) known.set(facts, (names = read(facts)))
  return names
}

function read(facts: ScriptFacts): Found {
  const { body } = facts.syntax()
  // A script that the parser does not understand may assign anything.
  if (body.length === 0) return { assigned: everything, byVar: everything }
  const [assigned, byVar] = [new Set<string>(), new Set<string>()]
  for (const statement of body) {
    walk(statement, (node) => {
      addAssigned(node, assigned)
      addByVar(node, byVar)
    })
  }
  return { assigned, byVar }
}

function addByVar(node: AnyNode, names: Set<string>): void {
  if (node.type !== 'VariableDeclaration' || node.kind !== 'var') return
  for (const { id } of node.declarations) for (const { name } of boundNames(id)) names.add(name)
}

function addAssigned(node: AnyNode, names: Set<string>): void {
  const target = targetOf(node)
  if (target !== undefined) for (const { name } of boundNames(target)) names.add(name)
}

function targetOf(node: AnyNode): Pattern | undefined {
  if (node.type === 'AssignmentExpression') return node.left as Pattern
  if (node.type === 'UpdateExpression') return node.argument as Pattern
  const loops = node.type === 'ForOfStatement' || node.type === 'ForInStatement'
  return loops && node.left.type !== 'VariableDeclaration' ? node.left : undefined
}
