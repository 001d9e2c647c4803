/** The parser, and small questions about syntax trees. */
import type { AnyNode, Identifier, Options, Pattern, Program } from './parser.js'
import { parse, parseExpressionAt } from './parser.js'

export type { AnyNode, Identifier, Pattern } from './parser.js'

/** Any function or class in a syntax tree. */
export type CodeNode = Extract<
  AnyNode,
  { type: 'FunctionExpression' | 'FunctionDeclaration' | 'ArrowFunctionExpression' | 'ClassExpression' | 'ClassDeclaration' }
>

// A function's text stands alone here: `super`, `return` and `#name` belong to what was around it.
const lenient: Options = {
  ecmaVersion: 'latest',
  allowReturnOutsideFunction: true,
  allowSuperOutsideMethod: true,
  allowHashBang: true,
  checkPrivateFields: false,
}

/** Parse the expression that `text` is, from offset 0. */
export const parseExpression = (text: string, strict: boolean): AnyNode =>
  parseExpressionAt(text, 0, { ...lenient, sourceType: strict ? 'module' : 'script', allowAwaitOutsideFunction: false }) as AnyNode

/** Parse a whole script. */
export const parseProgram = (text: string, isModule: boolean): Program =>
  parse(text, { ...lenient, sourceType: isModule ? 'module' : 'script', allowAwaitOutsideFunction: !isModule })

/** The nodes directly below `node`, in source order. */
export function children(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = []
  for (const key in node) {
    const value = node[key as keyof AnyNode] as unknown
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) found.push(item)
    } else if (isNode(value)) found.push(value)
  }
  return found
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'

/** Visit `node` and all below it; `visit` says `false` to stay out of a node. */
export function walk(node: AnyNode, visit: (node: AnyNode) => unknown): void {
  if (visit(node) === false) return
  for (const child of children(node)) walk(child, visit)
}

/** Every identifier below `node`, bound or not. */
export function identifiersIn(node: AnyNode | null | undefined): Set<string> {
  const names = new Set<string>()
  if (node) walk(node, (inner) => inner.type !== 'Identifier' || names.add(inner.name))
  return names
}

/** The identifiers that a binding pattern declares. */
export function boundNames(pattern: Pattern | null | undefined): Identifier[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern]
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => boundNames(property.type === 'RestElement' ? property.argument : property.value))
    case 'ArrayPattern':
      return pattern.elements.flatMap(boundNames)
    case 'AssignmentPattern':
      return boundNames(pattern.left)
    case 'RestElement':
      return boundNames(pattern.argument)
    default:
      return []
  }
}

/** Whether a node is one of the functions, arrows included. */
export const isFunction = (node: AnyNode): boolean => /^(Arrow)?Function(Expression|Declaration)$/.test(node.type)

/** Whether a node is a class. */
export const isClass = (node: AnyNode): boolean => node.type === 'ClassExpression' || node.type === 'ClassDeclaration'
