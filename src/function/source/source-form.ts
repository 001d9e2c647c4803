/**
 * The text of a function, in whichever form `toString` gives it, as an expression that makes the function again.
 *
 * Arrows, functions and classes are expressions already. Everything else is a method: `foo() {}`, `async *[key]() {}`, `get x() {}`, `#p() {}`.
 */
import type { Edit } from '../parcel/shifts.js'
import type { CodeNode } from './syntax.js'
import { isClass, parseExpression } from './syntax.js'

export type { Edit } from '../parcel/shifts.js'

/** A function's text, parsed. */
export interface SourceForm {
  readonly form: 'arrow' | 'function' | 'class' | 'method'
  readonly text: string
  readonly node: CodeNode
  /** What to take off a position in the tree to get one in `text`. */
  readonly shift: number
}

/**
 * Parse what `toString` gave.
 *
 * @throws {SyntaxError} For natives, and for syntax that the parser does not know yet.
 */
export function parseSource(text: string, strict: boolean): SourceForm {
  const plain = attempt(() => asExpression(text, strict))
  if (plain !== undefined && !(plain instanceof Error)) return plain
  for (const [before, after] of [
    ['({', '\n})'],
    ['(class{', '\n})'],
  ] as const) {
    const method = attempt(() => asMethod(text, { before, after, strict }))
    if (method !== undefined && !(method instanceof Error)) return method
  }
  throw new SyntaxError(`its source text cannot be parsed${plain === undefined ? '' : ` (${plain.message})`}`)
}

/** The text as an expression, with `edits` made; see {@link editsOf}. Lines stay where they were, and columns but behind wider edits. */
export function toExpression({ form, text }: SourceForm, edits: readonly Edit[]): string {
  return form === 'method' ? `({${edited(text, edits)}\n})._` : `(${edited(text, edits)}\n)`
}

/** What becomes of the text in all: `edits` in their order, but for those within another one, and a method's new head. */
export function editsOf(source: SourceForm, edits: readonly Edit[]): readonly Edit[] {
  if (edits.length === 0 && source.form !== 'method') return edits
  const all = [...headEdits(source), ...edits].sort((a, b) => a.start - b.start)
  let at = 0
  return all.filter(({ start, end }) => {
    if (start < at) return false
    at = end
    return true
  })
}

function headEdits({ form, node, text, shift }: SourceForm): Edit[] {
  if (form !== 'method') return []
  const { async, generator, start } = node as Extract<CodeNode, { params: unknown }>
  const end = start - shift
  return [{ start: 0, end, text: head(text.slice(0, end), `${async ? 'async ' : ''}${generator ? '*' : ''}_`) }]
}

/** An edit that blanks out a function's own name, so that the name means the variable outside. */
export function withoutName({ node, shift, text }: SourceForm): Edit[] {
  if (node.type === 'ArrowFunctionExpression' || !node.id) return []
  const start = node.id.start - shift
  const end = node.id.end - shift
  return [{ start, end, text: text.slice(start, end).replace(/\S/g, ' ') }]
}

function asExpression(text: string, strict: boolean): SourceForm | undefined {
  const tree = parseExpression(`(${text}\n)`, strict)
  // `(a) => b` parses as far as its end; a method such as `foo(x) {…}` would stop short and be a call.
  if (tree.end > text.length + 1) return undefined
  const base = { text, shift: 1 }
  if (tree.type === 'ArrowFunctionExpression') return { ...base, node: tree, form: 'arrow' }
  if (tree.type === 'FunctionExpression') return { ...base, node: tree, form: 'function' }
  return isClass(tree) ? { ...base, node: tree as CodeNode, form: 'class' } : undefined
}

function asMethod(text: string, { before, after, strict }: { before: string; after: string; strict: boolean }): SourceForm | undefined {
  const tree = parseExpression(before + text + after, strict)
  const members = tree.type === 'ObjectExpression' ? tree.properties : tree.type === 'ClassExpression' ? tree.body.body : []
  const [member] = members
  const node = member !== undefined && 'value' in member ? member.value : undefined
  if (members.length !== 1 || node?.type !== 'FunctionExpression') return undefined
  return { text, shift: before.length, node, form: 'method' }
}

function attempt<T>(work: () => T): T | SyntaxError | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof SyntaxError) return error
    throw error
  }
}

/** The method's own head is gone; the new one is as wide and as high, where it can be. */
function head(old: string, fresh: string): string {
  const lines = old.split('\n').length - 1
  return lines > 0 ? '\n'.repeat(lines) + fresh : fresh.padStart(old.length)
}

function edited(text: string, edits: readonly Edit[]): string {
  let done = ''
  let at = 0
  for (const edit of edits) {
    done += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return done + text.slice(at)
}
