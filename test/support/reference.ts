/** The public names, as the reference shows them: all that the package's entry points export. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { root } from './consumer.js'

export interface PublicName {
  readonly name: string
  /** Where it is declared, such as `src/cpu.ts:12`. */
  readonly place: string
  readonly categories: readonly string[]
  /** How many of its examples are code in a fence, which is what runs. */
  readonly examples: number
}

/** Every declaration of every public name: a type and a constant of the same name are two. Files are parsed only: 1 s on a busy machine, where the compiler takes 12. */
export function publicNames(entryPoints: readonly string[]): PublicName[] {
  const declarations = entryPoints.flatMap((path) => exportedNames(path).flatMap((name) => declarationsOf(name, path)))
  return [...new Set(declarations)].map(described)
}

const files = new Map<string, ts.SourceFile>()

function parsed(path: string): ts.SourceFile {
  const file = files.get(path) ?? ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true)
  files.set(path, file)
  return file
}

const exportedNames = (path: string): string[] =>
  parsed(path).statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause } = statement
      if (exportClause === undefined || !ts.isNamedExports(exportClause)) throw new Error(`${path} must name what it exports`)
      return exportClause.elements.map(({ name }) => name.text)
    }
    const isExported =
      ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    return isExported ? declaredBy(statement).map(nameOf) : []
  })

/** Where a name that a file declares, imports or passes on is declared. */
function declarationsOf(name: string, path: string): ts.Declaration[] {
  const { statements } = parsed(path)
  const here = statements.flatMap(declaredBy).filter((declaration) => nameOf(declaration) === name)
  if (here.length > 0) return here
  for (const statement of statements) {
    if (!ts.isExportDeclaration(statement) && !ts.isImportDeclaration(statement)) continue
    const bindings = ts.isExportDeclaration(statement) ? statement.exportClause : statement.importClause?.namedBindings
    if (bindings === undefined || !(ts.isNamedExports(bindings) || ts.isNamedImports(bindings))) continue
    const found = bindings.elements.find((element) => element.name.text === name)
    const from = statement.moduleSpecifier
    if (found === undefined || from === undefined || !ts.isStringLiteral(from)) continue
    return declarationsOf((found.propertyName ?? found.name).text, join(dirname(path), from.text.replace(/js$/, 'ts')))
  }
  throw new Error(`${path} does not say where ${name} is from`)
}

function declaredBy(statement: ts.Statement): ts.Declaration[] {
  if (ts.isVariableStatement(statement)) return [...statement.declarationList.declarations]
  const declares =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  return declares ? [statement] : []
}

const nameOf = (declaration: ts.Declaration): string => ts.getNameOfDeclaration(declaration)?.getText() ?? ''

function described(declaration: ts.Declaration): PublicName {
  const file = declaration.getSourceFile()
  const { line } = file.getLineAndCharacterOfPosition(declaration.getStart())
  const tags = ts.getJSDocTags(declaration)
  const textsOf = (tag: string): string[] =>
    tags.filter(({ tagName }) => tagName.text === tag).map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
  return {
    name: nameOf(declaration),
    place: `${file.fileName}:${line + 1}`,
    categories: textsOf('category'),
    examples: textsOf('example').filter((text) => /^```ts\b/m.test(text)).length,
  }
}
