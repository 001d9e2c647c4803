/** Which names a block or a function body declares. */
import type { AnyNode } from './syntax.js'
import { boundNames, children, isClass, isFunction } from './syntax.js'

/** Names that the statements of a block declare for that block: `let`, `const`, `class`, `function`, imports. */
export function blockNames(statements: readonly AnyNode[]): string[] {
  return statements.flatMap((statement) => {
    const declaration = declarationOf(statement)
    if (declaration.type === 'VariableDeclaration') return declaration.kind === 'var' ? [] : variableNames(declaration)
    if (declaration.type === 'ImportDeclaration') return declaration.specifiers.map((specifier) => specifier.local.name)
    return (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration') && declaration.id
      ? [declaration.id.name]
      : []
  })
}

/** Names that `var` (and in sloppy code, functions in blocks) declares for the whole function, from anywhere in its body. */
export function hoistedNames(nodes: readonly AnyNode[], strict: boolean): string[] {
  return nodes.flatMap((node) => {
    if (node.type === 'FunctionDeclaration') return !strict && node.id ? [node.id.name] : []
    if (isFunction(node) || isClass(node)) return []
    const own = node.type === 'VariableDeclaration' && node.kind === 'var' ? variableNames(node) : []
    return isExpression(node) ? own : [...own, ...hoistedNames(children(node), strict)]
  })
}

/** The names of a `var`, `let` or `const` statement. */
export const variableNames = (node: Extract<AnyNode, { type: 'VariableDeclaration' }>): string[] =>
  node.declarations.flatMap(({ id }) => boundNames(id).map(({ name }) => name))

const isExpression = (node: AnyNode): boolean => /(Expression|Literal|Identifier|Pattern|VariableDeclarator)$/.test(node.type)

/** What an export or a label stands before. */
function declarationOf(statement: AnyNode): AnyNode {
  if (statement.type === 'LabeledStatement') return declarationOf(statement.body)
  const exported = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
  return exported ? ((statement.declaration as AnyNode | null) ?? statement) : statement
}
