/**
 * Functions where there is no inspector (`node --permission`, Bun): captured variables cannot be read.
 *
 * What still works is what the files on the call stack tell: exports by reference; and by value, functions that use nothing but
 * globals and imports.
 */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { whyNoInspector } from '../engine/inspector.js'
import { isEntry } from '../found/entry.js'
import { standardGlobals } from '../found/global-names.js'
import { idsToSend } from '../found/identity.js'
import type { FunctionNode, Slot } from '../parcel/parcel.js'
import type { Analysis } from '../source/analysis.js'
import { analyze } from '../source/analysis.js'
import { type Home, homeOf } from '../source/near-files.js'
import { editsOf, toExpression } from '../source/source-form.js'
import { walk } from '../source/syntax.js'
import { importNode } from './bindings.js'
import type { Draft } from './draft.js'

/** Describe a function by what its text and its file say. */
export function describeUninspected(fn: object, draft: Draft): Slot {
  const source = Function.prototype.toString.call(fn)
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source))
    draft.fail(`it is native or bound, and nothing can be read about it here (${reason()})`, 'wrap what it does in a function of your own')
  const home = homeOf(source, importedBy)
  const name = home && exportedAs(source, home)
  if (home !== undefined && name !== undefined && !isEntry(home.url)) return draft.add(fn, { t: 'export', url: home.url, path: [name] })
  return describeText(fn, { source, home }, draft)
}

const reason = (): string => whyNoInspector()?.message ?? 'no inspector'

function describeText(fn: object, { source, home }: { source: string; home: Home | undefined }, draft: Draft): Slot {
  const analysis = parse(source, draft)
  const missing = missingNames(analysis, home)
  const { name } = fn as { name: string }
  if (missing.length > 0) {
    draft.fail(
      `it uses ${missing.join(', ')} from around it, which cannot be read here (${reason()})`,
      'pass the values as arguments, or export the function from a module of its own',
    )
  }
  const node: FunctionNode = {
    t: analysis.class ? 'class' : 'function',
    code: draft.codes.length,
    name,
    scope: [],
    ...(analysis.class && { ids: idsToSend(fn) }),
    eager: analysis.class ? [...analysis.class.eager] : [],
  }
  draft.codes.push({ text: toExpression(analysis.source, editsOf(analysis.source, [])), file: home?.url, line: 0, column: 0, strict: true })
  const slot = draft.add(fn, node)
  for (const [local, imported] of home?.syntax.imports ?? []) {
    if (home !== undefined && analysis.variables.has(local)) node.scope.push([local, importNode(imported, home.url, draft)])
  }
  return slot
}

function parse(source: string, draft: Draft): Analysis {
  try {
    return analyze(source, true)
  } catch (error) {
    return draft.fail(error instanceof Error ? error.message : String(error), 'move it to a module of its own and export it')
  }
}

function missingNames({ variables, ties }: Analysis, home: Home | undefined): string[] {
  const names = [...variables.keys()].filter(
    (name) => !standardGlobals.has(name) && !(name in globalThis) && home?.syntax.imports.has(name) !== true,
  )
  const outer = (['this', 'super', 'arguments', 'newTarget', 'importMeta'] as const).filter((tie) => ties[tie])
  return [...names, ...outer].map((name) => `'${name}'`)
}

/** URLs of what a file imports, also of packages. */
function importedBy(home: Home): string[] {
  return [...home.syntax.imports.values()].flatMap(({ specifier }) => {
    try {
      if (specifier.startsWith('.')) return [new URL(specifier, home.url).href]
      return specifier.startsWith('node:') ? [] : [pathToFileURL(createRequire(home.url).resolve(specifier)).href]
    } catch {
      return []
    }
  })
}

/** The export whose declaration is, word for word, `source`. */
function exportedAs(source: string, { text, syntax }: Home): string | undefined {
  const names = new Map<string, string>()
  for (const statement of syntax.body) {
    walk(statement, (node) => {
      const local = 'id' in node && node.id?.type === 'Identifier' ? node.id.name : undefined
      const range = node.type === 'VariableDeclarator' ? node.init : node
      if (local !== undefined && range && text.slice(range.start, range.end) === source) names.set(local, local)
      return statement === node || /Declarat/.test(node.type)
    })
  }
  return [...syntax.exported().names].find(([local]) => names.has(local))?.[1][0]
}
