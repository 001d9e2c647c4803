/** What is known of the functions of a parcel once all are found: variables that they share, and their final texts. */

import type { SeenScope } from '../engine/inspect.js'
import type { Code, FunctionNode } from '../parcel/parcel.js'
import { shiftsOf } from '../parcel/shifts.js'
import type { ScriptFacts } from '../script/function-script.js'
import type { Analysis, Mention, Variable } from '../source/analysis.js'
import type { Edit, SourceForm } from '../source/source-form.js'
import { editsOf, toExpression } from '../source/source-form.js'
import type { Draft } from './draft.js'

/** A variable that a function captured. */
export interface Capture {
  readonly name: string
  readonly variable: Variable
  readonly scope: SeenScope
  /** Its line in the node's scope. */
  readonly entry: FunctionNode['scope'][number]
}

/** A function that travels by value, not finished yet. */
export interface CapturedFunction {
  readonly node: FunctionNode
  readonly analysis: Analysis
  readonly facts: ScriptFacts
  readonly scopes: readonly SeenScope[]
  readonly captures: Capture[]
  readonly edits: Edit[]
  readonly place: Omit<Code, 'text'>
}

/** Give each function of the parcel its final text. */
export function finishFunctions(draft: Draft): void {
  // What one function alone uses is its own.
  if (draft.functions.length > 1) shareVariables(draft)
  const numbers = new Map<string, number>()
  for (const { node, analysis, edits, place } of draft.functions) {
    const code = codeOf(analysis.source, edits, place)
    const key = `${place.file ?? ''}:${place.line}:${place.column}:${code.text}`
    let number = numbers.get(key)
    if (number === undefined) numbers.set(key, (number = draft.codes.push(code) - 1))
    node.code = number
  }
}

function codeOf(source: SourceForm, edits: readonly Edit[], place: Omit<Code, 'text'>): Code {
  const all = editsOf(source, edits)
  const text = toExpression(source, all)
  const shifts = all.length === 0 ? [] : shiftsOf(source.text, all, place)
  return shifts.length === 0 ? { text, ...place } : { text, ...place, shifts }
}

interface User {
  readonly fn: CapturedFunction
  readonly capture: Capture
}

/** A variable that one of these functions assigns and another one sees becomes a cell, so that it stays one variable. */
function shareVariables(draft: Draft): void {
  const written = new Set(
    draft.functions.flatMap((fn) => fn.captures.filter(({ variable }) => variable.written).map((capture) => keyOf({ fn, capture }))),
  )
  if (written.size === 0) return
  const groups: User[][] = []
  for (const fn of draft.functions) {
    for (const capture of fn.captures) if (written.has(keyOf({ fn, capture }))) join(groups, { fn, capture })
  }
  groups.filter((users) => users.length > 1).forEach((users, i) => makeCell(users, `$$cell${i}`, draft))
}

const keyOf = ({ fn, capture }: User): string => `${fn.facts.script.id}:${capture.name}`

function join(groups: User[][], user: User): void {
  const group = groups.find(([first]) => first !== undefined && keyOf(first) === keyOf(user) && isSameScope(first, user))
  if (group === undefined) groups.push([user])
  else group.push(user)
}

/** Scopes come as copies, without identity: at the same depth of the same script, equal contents mean the same scope. */
function isSameScope(a: User, b: User): boolean {
  const [one, other] = [a.capture.scope, b.capture.scope]
  if (one === other) return true
  if (one.kind !== other.kind) return false
  if (one.kind === 'Module' || one.kind === 'Script') return true
  const depth = heightOf(a)
  if (depth !== heightOf(b)) return false
  // The function that wraps a CommonJS module runs once.
  return (depth === 2 && a.fn.facts.kind === 'cjs') || haveSameValues(one.variables, other.variables)
}

const heightOf = ({ fn, capture }: User): number => fn.scopes.length - fn.scopes.indexOf(capture.scope)

function haveSameValues(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSameVariable(a, b, key))
}

function isSameVariable(a: Record<string, unknown>, b: Record<string, unknown>, key: string): boolean {
  try {
    return Object.is(a[key], b[key])
  } catch {
    return true // not initialised, in both
  }
}

function makeCell(users: readonly User[], cell: string, draft: Draft): void {
  const value = users[0]?.capture.entry[1]
  const slot = draft.add(undefined, { t: 'object', proto: null, props: [['v', value]] })
  for (const { fn, capture } of users) {
    fn.edits.push(...capture.variable.mentions.map((mention) => cellEdit(mention, capture.name, cell)))
    capture.entry[0] = cell
    capture.entry[1] = slot
  }
}

function cellEdit({ start, end, shorthand, called }: Mention, name: string, cell: string): Edit {
  const text = shorthand ? `${name}:${cell}.v` : called ? `(0,${cell}.v)` : `${cell}.v`
  return { start, end, text }
}
