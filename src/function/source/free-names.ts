/** Which variables a piece of code uses and does not declare, and what else ties it to its place. */
import { blockNames, hoistedNames } from './hoist.js'
import type { Scope } from './name-scope.js'
import { inner, isDeclared, outermost } from './name-scope.js'
import type { AnyNode, CodeNode, Identifier, Pattern } from './syntax.js'
import { boundNames, children } from './syntax.js'
import type { Ties } from './ties.js'
import { noTies, noteTie } from './ties.js'

/** One mention of a free variable. */
export interface Use {
  readonly node: Identifier
  readonly parent: AnyNode | undefined
  readonly write: boolean
  /** In `{ name }`, where a replacement must repeat the key. */
  readonly shorthand: boolean
}

/** The answer of {@link freeNames}. */
export interface FreeNames {
  readonly uses: ReadonlyMap<string, readonly Use[]>
  readonly ties: Ties
}

/** Free variables of a function or class. */
export function freeNames(code: CodeNode, strict: boolean): FreeNames {
  const finder = new Finder(strict)
  finder.visit(code, outermost, undefined)
  return finder
}

class Finder implements FreeNames {
  readonly uses = new Map<string, Use[]>()
  readonly ties = noTies()
  readonly #strict: boolean

  constructor(strict: boolean) {
    this.#strict = strict
  }

  visit(node: AnyNode, scope: Scope, parent: AnyNode | undefined): void {
    switch (node.type) {
      case 'Identifier':
        return this.#use(node, scope, { parent, write: false })
      case 'FunctionExpression':
      case 'FunctionDeclaration':
      case 'ArrowFunctionExpression':
        return this.#function(node, scope, false)
      case 'ClassExpression':
      case 'ClassDeclaration':
        return this.#class(node, scope)
      case 'MemberExpression':
        this.visit(node.object, scope, node)
        return node.computed || node.property.type === 'PrivateIdentifier' ? this.visit(node.property, scope, node) : undefined
      case 'Property':
        return this.#property(node, scope)
      case 'VariableDeclarator':
        this.#pattern(node.id, scope, { declares: true, parent: node })
        return node.init ? this.visit(node.init, scope, node) : undefined
      case 'AssignmentExpression':
        this.#pattern(node.left as Pattern, scope, { declares: false, parent: node })
        return this.visit(node.right, scope, node)
      case 'UpdateExpression':
        return node.argument.type === 'Identifier'
          ? this.#use(node.argument, scope, { parent: node, write: true })
          : this.visit(node.argument, scope, node)
      case 'LabeledStatement':
        return this.visit(node.body, scope, node)
      case 'BreakStatement':
      case 'ContinueStatement':
        return
      case 'CatchClause':
        return this.#catch(node, scope)
      case 'BlockStatement':
        return this.#all(node.body, inner(scope, blockNames(node.body)), node)
      case 'SwitchStatement':
        this.visit(node.discriminant, scope, node)
        return this.#all(node.cases, inner(scope, blockNames(node.cases.flatMap((branch) => branch.consequent))), node)
      case 'ForStatement':
        return this.#all(children(node), inner(scope, node.init ? blockNames([node.init]) : []), node)
      case 'ForInStatement':
      case 'ForOfStatement':
        return this.#loop(node, scope)
      default:
        noteTie(node, scope, this.ties)
        return this.#all(node.type === 'MetaProperty' ? [] : children(node), scope, node)
    }
  }

  #all(nodes: readonly AnyNode[], scope: Scope, parent: AnyNode): void {
    for (const node of nodes) this.visit(node, scope, parent)
  }

  #use(
    node: Identifier,
    scope: Scope,
    { parent, write, shorthand = false }: { parent: AnyNode | undefined; write: boolean; shorthand?: boolean },
  ): void {
    if (isDeclared(node.name, scope)) return
    if (node.name === 'arguments') this.ties.arguments = true
    const uses = this.uses.get(node.name)
    const use = { node, parent, write, shorthand }
    if (uses === undefined) this.uses.set(node.name, [use])
    else uses.push(use)
  }

  #function(node: Extract<CodeNode, { params: unknown }>, scope: Scope, isMethod: boolean): void {
    const arrow = node.type === 'ArrowFunctionExpression'
    const outer = node.type === 'FunctionExpression' && node.id ? inner(scope, [node.id.name]) : scope
    const owned = arrow ? {} : { ownThis: true, ownSuper: isMethod }
    const params = inner(
      outer,
      [...(arrow ? [] : ['arguments']), ...node.params.flatMap((param) => boundNames(param).map(({ name }) => name))],
      owned,
    )
    for (const param of node.params) this.#pattern(param, params, { declares: true, parent: node })
    if (node.body.type !== 'BlockStatement') return this.visit(node.body, params, node)
    const { body } = node.body
    this.#all(body, inner(params, [...hoistedNames(body, this.#strict), ...blockNames(body)]), node.body)
  }

  #class(node: Extract<CodeNode, { superClass?: unknown }>, scope: Scope): void {
    const members = node.body.body
    const privates = new Set(
      members.flatMap((member) => ('key' in member && member.key.type === 'PrivateIdentifier' ? [member.key.name] : [])),
    )
    const within: Scope = { ...inner(scope, node.id ? [node.id.name] : []), privates }
    if (node.superClass) this.visit(node.superClass, within, node)
    for (const member of members) this.#member(member, within)
  }

  #member(member: AnyNode, scope: Scope): void {
    const owned = { ownThis: true, ownSuper: true }
    if (member.type === 'StaticBlock')
      return this.#all(member.body, inner(scope, [...hoistedNames(member.body, this.#strict), ...blockNames(member.body)], owned), member)
    if (member.type !== 'MethodDefinition' && member.type !== 'PropertyDefinition') return
    if (member.computed) this.visit(member.key, scope, member)
    if (member.type === 'MethodDefinition') this.#function(member.value, scope, true)
    else if (member.value) this.visit(member.value, inner(scope, [], owned), member)
  }

  #property(node: Extract<AnyNode, { type: 'Property' }>, scope: Scope): void {
    if (node.computed) this.visit(node.key, scope, node)
    if (node.value.type === 'Identifier' && node.shorthand)
      return this.#use(node.value, scope, { parent: node, write: false, shorthand: true })
    if (node.value.type === 'FunctionExpression' && (node.method || node.kind !== 'init')) return this.#function(node.value, scope, true)
    this.visit(node.value, scope, node)
  }

  #catch(node: Extract<AnyNode, { type: 'CatchClause' }>, scope: Scope): void {
    const within = inner(scope, [...boundNames(node.param).map(({ name }) => name), ...blockNames(node.body.body)])
    if (node.param) this.#pattern(node.param, within, { declares: true, parent: node })
    this.#all(node.body.body, within, node.body)
  }

  #loop(node: Extract<AnyNode, { type: 'ForInStatement' | 'ForOfStatement' }>, scope: Scope): void {
    const within = inner(scope, blockNames([node.left]))
    if (node.left.type === 'VariableDeclaration') this.visit(node.left, within, node)
    else this.#pattern(node.left, within, { declares: false, parent: node })
    this.visit(node.right, within, node)
    this.visit(node.body, within, node)
  }

  /** A pattern declares names or assigns to variables; its keys and defaults are ordinary code. */
  #pattern(pattern: Pattern, scope: Scope, how: { declares: boolean; parent: AnyNode; shorthand?: boolean }): void {
    const below = { declares: how.declares, parent: pattern }
    switch (pattern.type) {
      case 'Identifier':
        return how.declares ? undefined : this.#use(pattern, scope, { parent: how.parent, write: true, shorthand: how.shorthand ?? false })
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') this.#pattern(property.argument, scope, below)
          else {
            if (property.computed) this.visit(property.key, scope, property)
            this.#pattern(property.value, scope, { ...below, shorthand: property.shorthand })
          }
        }
        return
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element) this.#pattern(element, scope, below)
        return
      case 'AssignmentPattern':
        this.#pattern(pattern.left, scope, { ...below, shorthand: how.shorthand ?? false })
        return this.visit(pattern.right, scope, pattern)
      case 'RestElement':
        return this.#pattern(pattern.argument, scope, below)
      default:
        return this.visit(pattern, scope, how.parent)
    }
  }
}
