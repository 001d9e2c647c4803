/** Which variables and functions there is one of in each module; of all others there may be many, as a factory makes them. */

import type { FoundVariable } from '../engine/variable.js'
import type { ScriptFacts } from '../script/function-script.js'
import { startOf } from '../script/function-script.js'
import { variableNames } from '../source/hoist.js'
import type { AnyNode } from '../source/syntax.js'
import { boundNames, isClass, isFunction, walk } from '../source/syntax.js'
import type { Subject } from './meaning.js'

/** Whether the variable `name` that `subject` captured is its module's. Where that cannot be told, it is not. Parses the script, the first time. */
export function isOfModule(name: string, { scope: { kind } }: FoundVariable, subject: Subject): boolean {
  if (kind === 'Module' || kind === 'Script' || kind === 'Global') return true
  const { facts } = subject
  // What CommonJS and tools such as vite wrap modules in looks like any function to the engine.
  if (facts.file === undefined || facts.kind === 'esm') return false
  return namesOf(facts).has(name) && !nodesAround(subject).some((node) => declares(node, name))
}

/** Whether `subject` is made once, when its module is run. */
export function isMadeOnce(subject: Subject): boolean {
  const { offset } = startOf(subject.source, subject.inspected, subject.facts)
  return subject.facts.file !== undefined && offset >= 0 && nodesAround(subject).length === 0
}

const known = new WeakMap<ScriptFacts, ReadonlySet<string>>()

/** Names that a module declares, imports apart. */
function namesOf(facts: ScriptFacts): ReadonlySet<string> {
  let names = known.get(facts)
  if (names === undefined) known.set(facts, (names = new Set(statementsOf(facts).flatMap(namesDeclared))))
  return names
}

function namesDeclared(statement: AnyNode): string[] {
  if (statement.type === 'VariableDeclaration') return variableNames(statement)
  const isNamed = statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration'
  return isNamed && statement.id ? [statement.id.name] : []
}

/** The statements of a module, without what a tool has wrapped around them: one function, and maybe a block in it. */
function statementsOf({ syntax }: ScriptFacts): readonly AnyNode[] {
  let statements: readonly AnyNode[] = syntax().body
  for (let inner = insideOf(statements); inner !== undefined; inner = insideOf(statements)) statements = inner
  return statements
}

function insideOf(statements: readonly AnyNode[]): readonly AnyNode[] | undefined {
  const [only, ...others] = statements.filter((node) => !('directive' in node && node.directive))
  if (only === undefined || others.length > 0) return undefined
  if (only.type === 'BlockStatement') return only.body
  const wrapper = only.type === 'ExpressionStatement' ? only.expression : undefined
  return wrapper !== undefined && 'params' in wrapper && wrapper.body.type === 'BlockStatement' ? wrapper.body.body : undefined
}

/** What stands around a function within its module and may run more than once, or hides names. */
function nodesAround({ source, inspected, facts }: Subject): AnyNode[] {
  const { offset } = startOf(source, inspected, facts)
  const found: AnyNode[] = []
  for (const statement of statementsOf(facts))
    walk(statement, (node) => {
      if (node.start > offset || node.end <= offset) return false
      const isScope = isFunction(node) || isClass(node) || scopes.has(node.type)
      return void (isScope && node.start < offset && found.push(node))
    })
  return found
}

const scopes = new Set([
  'BlockStatement',
  'StaticBlock',
  'SwitchStatement',
  'CatchClause',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
])

/** Whether `name` is declared anywhere in a node. */
function declares(root: AnyNode, name: string): boolean {
  let declared = false
  const see = (found: string): void => void (declared ||= found === name)
  walk(root, (node) => {
    if ('params' in node) for (const param of node.params) for (const bound of boundNames(param)) see(bound.name)
    if (node.type === 'VariableDeclarator') for (const bound of boundNames(node.id)) see(bound.name)
    if (node.type === 'CatchClause') for (const bound of boundNames(node.param)) see(bound.name)
    if ('id' in node && node.id?.type === 'Identifier') see(node.id.name)
  })
  return declared
}
