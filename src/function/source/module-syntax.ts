/** What a whole script says about itself: its imports, its exports, and where its functions stand. */
import { variableNames } from './hoist.js'
import type { AnyNode, Pattern } from './syntax.js'
import { boundNames, isClass, isFunction, parseProgram, walk } from './syntax.js'

/** An import binding: `import { name as local } from 'specifier'`. The name of a namespace is `*`. */
export interface ImportedName {
  readonly specifier: string
  readonly name: string
  readonly attributes: Record<string, string> | undefined
}

/** A half-open range of offsets. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** What a module exports. */
export interface Exported {
  /** Exported names by local name; a variable that is assigned anywhere after its declaration is left out, since a worker may see another value. */
  readonly names: ReadonlyMap<string, readonly string[]>
  /** An `export default` of an expression. */
  readonly defaultRange: Range | undefined
}

/** A script's imports and exports; the latter read the whole tree, so only when asked. */
export interface ModuleSyntax {
  readonly body: readonly AnyNode[]
  readonly imports: ReadonlyMap<string, ImportedName>
  readonly exported: () => Exported
}

/** Read the imports and exports of a script (about 2 ms per 10 KB); a script that the parser does not understand has none. */
export function readModule(text: string, isModule: boolean): ModuleSyntax {
  const body = parseBody(text, isModule)
  let exported: Exported | undefined
  return { body, imports: importsOf(body), exported: () => (exported ??= exportsOf(body)) }
}

/** All words between an `import` and its `from`: whatever a script imports is among them, which spares parsing most scripts. */
export function wordsImported(text: string): Set<string> {
  const words = new Set<string>()
  for (const { index } of text.matchAll(/\bimport\b(?!\s*[(.])/g)) {
    const end = text.indexOf('from', index)
    const clause = end < 0 ? '' : text.slice(index + 'import'.length, Math.min(end, index + longestClause))
    for (const [word] of clause.matchAll(/[\w$\u0080-\uffff]+/g)) words.add(word)
  }
  return words
}

// A bundler may write thousands of names into one clause; the limit only keeps a stray "import" in a comment from costing much.
const longestClause = 50_000

function parseBody(text: string, isModule: boolean): readonly AnyNode[] {
  try {
    return parseProgram(text, isModule).body
  } catch {
    return []
  }
}

/** Whether a function declaration (not an expression) starts at `start`. */
export function isDeclaredAt({ body }: ModuleSyntax, start: number): boolean {
  let declared = false
  around(body, start, (node) => {
    if (node.type === 'FunctionDeclaration' && node.start === start) declared = true
  })
  return declared
}

/** Whether code at `start` lies in no function but arrows and in no class, so that its `this` is the module's. */
export function isTopLevelAt({ body }: ModuleSyntax, start: number): boolean {
  let top = true
  around(body, start, (node) => {
    const owns = (isFunction(node) && node.type !== 'ArrowFunctionExpression') || isClass(node)
    if (owns && node.start < start) top = false
  })
  return top
}

/** Whether a class, or a function that says `'use strict'`, is around code at `start`. */
export function isStrictAt({ body }: ModuleSyntax, start: number): boolean {
  let strict = false
  around(body, start, (node) => {
    if (node.start < start && (isClass(node) || saysStrict(node))) strict = true
  })
  return strict
}

function saysStrict(node: AnyNode): boolean {
  if (!isFunction(node) || !('body' in node)) return false
  const { body } = node.body as { body?: readonly { directive?: string }[] }
  return Array.isArray(body) && body.some(({ directive }) => directive === 'use strict')
}

function around(body: readonly AnyNode[], offset: number, visit: (node: AnyNode) => void): void {
  for (const statement of body) {
    walk(statement, (node) => {
      if (node.start > offset || node.end <= offset) return false
      return void visit(node)
    })
  }
}

function importsOf(body: readonly AnyNode[]): Map<string, ImportedName> {
  const imports = new Map<string, ImportedName>()
  for (const node of body) {
    if (node.type !== 'ImportDeclaration') continue
    const attributes =
      node.attributes.length === 0
        ? undefined
        : Object.fromEntries(node.attributes.map(({ key, value }) => [nameOf(key), String(value.value)]))
    for (const specifier of node.specifiers) {
      const name =
        specifier.type === 'ImportDefaultSpecifier'
          ? 'default'
          : specifier.type === 'ImportNamespaceSpecifier'
            ? '*'
            : nameOf(specifier.imported)
      imports.set(specifier.local.name, { specifier: String(node.source.value), name, attributes })
    }
  }
  return imports
}

function exportsOf(body: readonly AnyNode[]): Exported {
  const names = new Map<string, string[]>()
  const add = (local: string, exported: string): void => void names.set(local, [...(names.get(local) ?? []), exported])
  let defaultRange: Range | undefined
  for (const node of body) {
    if (node.type === 'ExportNamedDeclaration') for (const [local, exported] of namedExports(node)) add(local, exported)
    if (node.type !== 'ExportDefaultDeclaration') continue
    const { declaration } = node
    const local = declaration.type === 'Identifier' ? declaration.name : 'id' in declaration ? declaration.id?.name : undefined
    if (local === undefined || !isNamedDefault(declaration)) defaultRange = { start: declaration.start, end: declaration.end }
    else add(local, 'default')
  }
  dropReassigned(body, names)
  return { names, defaultRange }
}

// `export default (function named() {})` names an expression, which no variable of the module holds.
const isNamedDefault = (node: AnyNode): boolean =>
  node.type === 'Identifier' || node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration'

function namedExports(node: Extract<AnyNode, { type: 'ExportNamedDeclaration' }>): [string, string][] {
  const { declaration, source, specifiers } = node
  if (declaration?.type === 'VariableDeclaration') return variableNames(declaration).map((name) => [name, name])
  if (declaration) return [[declaration.id.name, declaration.id.name]]
  return source ? [] : specifiers.map(({ local, exported }) => [nameOf(local), nameOf(exported)])
}

// `export let fast = a; if (slow) fast = b`: measured, a worker that imports it may run the other one.
function dropReassigned(body: readonly AnyNode[], exports: Map<string, string[]>): void {
  const mayChange = body.flatMap(declaredNames).filter((name) => exports.has(name))
  if (mayChange.length === 0) return
  const assigned = new Set(body.flatMap(assignedNames))
  for (const name of mayChange) if (assigned.has(name)) exports.delete(name)
}

/** Names declared at top level in a way that allows assignment: everything but `const` and imports. */
function declaredNames(node: AnyNode): string[] {
  const declaration: AnyNode =
    (node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration') && node.declaration ? node.declaration : node
  if (declaration.type === 'VariableDeclaration') return declaration.kind === 'const' ? [] : variableNames(declaration)
  return (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration') && declaration.id
    ? [declaration.id.name]
    : []
}

function assignedNames(root: AnyNode): string[] {
  const names: string[] = []
  const assign = (pattern: Pattern): void => void names.push(...boundNames(pattern).map(({ name }) => name))
  walk(root, (node) => {
    if (node.type === 'AssignmentExpression') assign(node.left as Pattern)
    if (node.type === 'UpdateExpression' && node.argument.type === 'Identifier') names.push(node.argument.name)
    if ((node.type === 'ForOfStatement' || node.type === 'ForInStatement') && node.left.type !== 'VariableDeclaration') assign(node.left)
  })
  return names
}

const nameOf = (node: { type: 'Identifier'; name: string } | { type: 'Literal'; value?: unknown }): string =>
  node.type === 'Identifier' ? node.name : String(node.value)
