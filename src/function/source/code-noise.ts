/** Differences between two texts of the same code. */
import type { AnyNode } from './syntax.js'

type Of<T extends AnyNode['type']> = Extract<AnyNode, { type: T }>

/** Fields of a node that say how it was written, not what it is. `optional` is told apart by the members themselves. */
export const unseen = new Set(['type', 'start', 'end', 'loc', 'range', 'raw', 'sourceType', 'directive', 'attributes', 'options'])

/** `(0, f)` is `f`, and so is `__name(f, "f")`. */
export function withoutNoise(node: AnyNode): AnyNode {
  if (node.type === 'SequenceExpression' && node.expressions.length === 2) {
    const [first, second] = node.expressions
    if (first?.type === 'Literal' && first.value === 0 && second) return withoutNoise(second)
  }
  if (node.type === 'ParenthesizedExpression') return withoutNoise(node.expression)
  const named = isNaming(node) ? (node as Of<'CallExpression'>).arguments[0] : undefined
  return named === undefined ? node : withoutNoise(named)
}

const isNaming = (node: AnyNode): boolean =>
  node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === '__name' && node.arguments.length === 2

/** Statements and members that do nothing for the program: `;`, `'use strict'`, `__name(f, "f")`, `static { __name(this, "C") }`. */
export function isNoise(node: AnyNode): boolean {
  if (node.type === 'EmptyStatement') return true
  if (node.type === 'ExpressionStatement') return ('directive' in node && node.directive !== undefined) || isNaming(node.expression)
  return node.type === 'StaticBlock' && node.body.length > 0 && node.body.every(isNoise)
}

/** A literal by its value, however it is spelled. */
export function literalText(node: Of<'Literal'>): string {
  if (node.regex) return `/${node.regex.pattern}/${node.regex.flags}`
  if (node.bigint != null) return `${node.bigint}n`
  return typeof node.value === 'number' ? String(node.value) : JSON.stringify(node.value)
}

/** The text of a template without expressions. */
export const cooked = (element: Of<'TemplateElement'> | undefined): string => element?.value.cooked ?? ''

/** The name of a member that is named: `a.b` and `a['b']`. */
export function memberName({ property, computed }: Of<'MemberExpression'>): string | undefined {
  if (!computed) return property.type === 'Identifier' ? property.name : undefined
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined
}

/** vite's own names. */
export const viteName = (name: string): string | undefined =>
  /^__(?:vi|vite_ssr)_(import_meta|dynamic_import|import_\d+)__$/.exec(name)?.[1]

/** tsx writes `import(x).then(m => {…})` where a module may be CommonJS. */
export function isInterop(
  { callee, arguments: [then] }: Of<'CallExpression'>,
  textBetween: (start: number, end: number) => string,
): boolean {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'ImportExpression' || then === undefined) return false
  return /^[\w$]+\s*=>\s*\{\s*const [\w$]+\s*=\s*"default";/.test(textBetween(then.start, then.end))
}
