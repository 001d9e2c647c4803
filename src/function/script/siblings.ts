/**
 * Functions whose scopes are known without the inspector, which takes 0.2 ms and more for each: a variable that is declared as a function beside
 * its user, and never assigned, holds a function of that very scope. So a bundled library of 600 functions is inspected a few times only.
 */

import type { Inspected, SeenScope } from '../engine/inspect.js'
import { blockNames, hoistedNames } from '../source/hoist.js'
import type { Range } from '../source/module-syntax.js'
import type { AnyNode, Identifier, Pattern } from '../source/syntax.js'
import { boundNames, children, isClass, isFunction } from '../source/syntax.js'
import type { ScriptFacts, Start } from './function-script.js'
import { assignedIn } from './reassigned.js'
import type { RunFacts } from './run-facts.js'

/** A function that was seen in a scope of another one, its user. */
export interface Sighting {
  readonly name: string
  readonly scope: SeenScope
  readonly user: User
}

/** A function that was described. */
export interface User {
  readonly inspected: Inspected
  readonly facts: ScriptFacts
  readonly start: Start
}

/** Note which functions the scopes of `user` hold. */
export function noteSiblings(user: User, { described, scopesSeen, sightings }: RunFacts): void {
  if (user.start.offset < 0 || !isWorthParsing(user.facts, described)) return
  const names = new Set<string>()
  for (const scope of user.inspected.scopes) {
    if (scope.kind === 'Global' || scopesSeen.has(scope)) return
    scopesSeen.add(scope)
    for (const name of Object.keys(scope.variables)) {
      const value = functionIn(scope, name)
      // Scopes come as copies: this one has been looked through.
      if (value !== undefined && sightings.get(value)?.name === name) return
      // Of the same name further in, this one is not what the text means.
      if (value !== undefined && !names.has(name) && !sightings.has(value)) sightings.set(value, { name, scope, user })
      names.add(name)
    }
  }
}

/** What the engine would say about `fn`; `undefined` where the text does not tell. */
export function inspectSibling(fn: object, { name, scope, user: { inspected, facts, start } }: Sighting): Inspected | undefined {
  const declared = declaredAround(facts, start.offset, name)
  if (declared === undefined || inspected.place === undefined || assignedIn(facts).has(name)) return undefined
  if (facts.text.slice(declared.start, declared.end) !== Function.prototype.toString.call(fn)) return undefined
  return {
    place: { scriptId: inspected.place.scriptId, ...facts.placeAt(declared.start) },
    scopes: inspected.scopes.slice(inspected.scopes.indexOf(scope)),
    bound: undefined,
  }
}

function functionIn({ variables }: SeenScope, name: string): object | undefined {
  try {
    const value = variables[name]
    return typeof value === 'function' ? value : undefined
  } catch {
    return undefined // not initialised yet
  }
}

// Parsing 10 KB takes about as long as inspecting a function of so large a script.
const [leastFunctions, bytesPerFunction] = [8, 10_000]

function isWorthParsing(facts: ScriptFacts, described: RunFacts['described']): boolean {
  const count = (described.get(facts) ?? 0) + 1
  described.set(facts, count)
  return count > leastFunctions + facts.text.length / bytesPerFunction
}

/** Names of one region of a text: where its functions are, `undefined` for all other names. */
type Region = ReadonlyMap<string, Range | undefined>

const regions = new WeakMap<object, Region>()

/** The function that `name` means to code at `offset`, if it is made once each time that the region around it is entered. */
function declaredAround(facts: ScriptFacts, offset: number, name: string): Range | undefined {
  let found: Range | undefined
  let nodes: readonly AnyNode[] = facts.syntax().body
  let region: Region = regionOf(nodes, () => bodyNames(nodes, []))
  for (;;) {
    if (region.has(name)) found = region.get(name)
    const node = nodeAt(nodes, offset)
    if (node === undefined) return found
    region = regionOf(node, () => namesOf(node))
    nodes = childrenOf(node)
  }
}

function regionOf(key: object, read: () => Region): Region {
  let region = regions.get(key)
  if (region === undefined) regions.set(key, (region = read()))
  return region
}

const childLists = new WeakMap<AnyNode, readonly AnyNode[]>()

function childrenOf(node: AnyNode): readonly AnyNode[] {
  let list = childLists.get(node)
  if (list === undefined)
    childLists.set(
      node,
      (list = children(node)
        .flatMap(partsOf)
        .sort((a, b) => a.start - b.start)),
    )
  return list

  // The names of a function's body are those of the function.
  function partsOf(child: AnyNode): readonly AnyNode[] {
    return isFunction(node) && child.type === 'BlockStatement' ? child.body : [child]
  }
}

/** The node that code at `offset` is within; the code itself does not count. */
function nodeAt(nodes: readonly AnyNode[], offset: number): AnyNode | undefined {
  let [low, high] = [0, nodes.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((nodes[middle] as AnyNode).start <= offset) low = middle
    else high = middle - 1
  }
  const node = nodes[low]
  if (node === undefined || node.start > offset || node.end <= offset) return undefined
  return node.start === offset && (isFunction(node) || isClass(node)) ? undefined : node
}

const none: Region = new Map()

/** What `node` declares for the code within it. */
function namesOf(node: AnyNode): Region {
  if (isFunction(node)) return functionNames(node as Extract<AnyNode, { params: unknown }>)
  switch (node.type) {
    case 'ClassDeclaration':
    case 'ClassExpression':
      return opaque(node.id ? [node.id.name] : [])
    case 'BlockStatement':
    case 'StaticBlock':
      return opaque([...blockNames(node.body), ...hoistedNames(node.body, false)])
    case 'SwitchStatement':
      return opaque(blockNames(node.cases.flatMap(({ consequent }) => consequent)))
    case 'CatchClause':
      return opaque(boundNames(node.param).map(nameOf))
    case 'ForStatement':
      return opaque(node.init ? blockNames([node.init]) : [])
    case 'ForInStatement':
    case 'ForOfStatement':
      return opaque(blockNames([node.left]))
    default:
      return none
  }
}

const opaque = (names: readonly string[]): Region => (names.length === 0 ? none : new Map(names.map((name) => [name, undefined])))

function functionNames(node: Extract<AnyNode, { params: unknown }>): Region {
  const { body } = node
  const params = [...node.params.flatMap((param) => boundNames(param as Pattern).map(nameOf)), ...(node.id ? [node.id.name] : [])]
  return body.type === 'BlockStatement' ? bodyNames(body.body, params) : opaque(params)
}

/** The top level of a script or of a function's body. A name that is declared a second time is no function's. */
function bodyNames(body: readonly AnyNode[], params: readonly string[]): Region {
  const names = new Map<string, Range | undefined>(params.map((name) => [name, undefined]))
  for (const statement of body) {
    const found = declarations(statement)
    for (const [name, range] of found) names.set(name, names.has(name) ? undefined : range)
  }
  return names
}

function declarations(statement: AnyNode): Declared[] {
  const isExport = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
  const node = isExport && statement.declaration ? (statement.declaration as AnyNode) : statement
  if (node.type === 'VariableDeclaration') return node.declarations.flatMap(variableOf)
  if ((node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') && node.id) return [[node.id.name, node]]
  return [...blockNames([node]), ...hoistedNames([node], false)].map((name): Declared => [name, undefined])
}

type Declared = [name: string, range: Range | undefined]

function variableOf({ id, init }: VariableDeclarator): Declared[] {
  if (id.type === 'Identifier' && init && (isFunction(init) || isClass(init))) return [[id.name, init]]
  return boundNames(id).map(({ name }): Declared => [name, undefined])
}

type VariableDeclarator = Extract<AnyNode, { type: 'VariableDeclarator' }>

const nameOf = ({ name }: Identifier): string => name
