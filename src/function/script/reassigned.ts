/** Which names a script assigns after their declaration: what such a variable holds may change at any time. */

import type { AnyNode, Pattern } from '../source/syntax.js'
import { boundNames, walk } from '../source/syntax.js'
import type { ScriptFacts } from './function-script.js'

/** A set that can be asked. */
export interface Names {
  has(name: string): boolean
}

const everything: Names = { has: () => true }
const known = new WeakMap<ScriptFacts, Names>()

/** Names that are assigned anywhere in a script, in whatever scope; reads the whole tree (about 3 ms per 10 KB), once. */
export function assignedIn(facts: ScriptFacts): Names {
  let names = known.get(facts)
  if (names === undefined) known.set(facts, (names = read(facts)))
  return names
}

function read(facts: ScriptFacts): Names {
  const { body } = facts.syntax()
  // A script that the parser does not understand may assign anything.
  if (body.length === 0) return everything
  const names = new Set<string>()
  for (const statement of body) walk(statement, (node) => addAssigned(node, names))
  return names
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
