/** Functions by value: their text, and what their free variables hold. */

import { dataProperty } from '../../codec/own-properties.js'
import type { Inspected } from '../engine/inspect.js'
import { findVariable } from '../engine/variable.js'
import { idsToSend } from '../found/identity.js'
import type { FunctionNode, Slot } from '../parcel/parcel.js'
import type { ScriptFacts, Start } from '../script/function-script.js'
import { noteInspection } from '../script/kept-inspection.js'
import { noteSiblings } from '../script/siblings.js'
import { textFactsOf } from '../script/text-facts.js'
import type { Analysis, Variable } from '../source/analysis.js'
import { analyze, metaName } from '../source/analysis.js'
import { isDeclaredAt, isTopLevelAt } from '../source/module-syntax.js'
import type { Edit } from '../source/source-form.js'
import { withoutName } from '../source/source-form.js'
import { describeBinding, isOwnPrimitive } from './bindings.js'
import { captureThis } from './capture-this.js'
import type { Capture } from './cells.js'
import { describeGlobal, eagerGlobals } from './describe-global.js'
import type { Draft } from './draft.js'
import { describeLiveImport } from './live-binding.js'
import { describeMembers, describeParent } from './members.js'
import { describeProps, lockOf } from './object-parts.js'
import { refuseTies } from './refuse-ties.js'

/** What is known of a function before its captures are described. */
export interface Subject {
  readonly source: string
  readonly inspected: Inspected
  readonly facts: ScriptFacts
}

/** Describe `fn` by its source text and captures. */
export function describeByValue(fn: object, subject: Subject, draft: Draft): Slot {
  const { source, inspected, facts } = subject
  const { strict, analysis, start } = textFactsOf(fn, subject, (text, isStrict) => analyzeOr(draft, text, isStrict))
  refuseTies(analysis, inspected, draft)
  noteSiblings({ inspected, facts, start }, draft.run)
  const node: FunctionNode = { t: analysis.class ? 'class' : 'function', code: -1, name: nameOf(fn), scope: [] }
  const slot = draft.add(fn, node)
  const capturing: Capturing = { fn, source, inspected, facts, analysis, start, node, draft, edits: [...analysis.metaEdits] }
  describeOuterThis(capturing)
  const captures = describeVariables(capturing)
  draft.functions.push({
    node,
    analysis,
    facts,
    scopes: inspected.scopes,
    captures,
    edits: capturing.edits,
    place: { file: facts.script.url || undefined, line: start.line, column: start.column, strict },
  })
  describeOwnProperties(capturing)
  noteInspection(fn, { inspected, facts, analysis })
  return slot
}

interface Capturing extends Subject {
  readonly fn: object
  readonly analysis: Analysis
  readonly start: Start
  readonly node: FunctionNode
  readonly draft: Draft
  readonly edits: Edit[]
}

function analyzeOr(draft: Draft, source: string, strict: boolean): Analysis {
  try {
    return analyze(source, strict)
  } catch (error) {
    // Outside of a function the parser does not take it at all.
    if (error instanceof Error && error.message.includes('new.target'))
      return draft.fail("it captures 'new.target'", 'keep it in a variable outside')
    return draft.fail(error instanceof Error ? error.message : String(error), 'move it to a module of its own and export it')
  }
}

const nameOf = (fn: object): string => {
  const name = dataProperty(fn, 'name')
  return typeof name === 'string' ? name : ''
}

/** What an arrow function takes from the function around it. */
function describeOuterThis({ fn, analysis: { ties, source }, inspected, facts, start, node, draft }: Capturing): void {
  if (ties.importMeta) node.scope.push([metaName, draft.add(undefined, { t: 'meta', url: facts.script.url })])
  if (ties.arguments)
    node.args = draft.at("captured 'arguments'", () =>
      Array.from((findVariable(inspected.scopes, 'arguments')?.value ?? []) as unknown[], (arg) => draft.slot(arg)),
    )
  if (!ties.this) return
  const isModuleThis = facts.kind === 'esm' && start.offset >= 0 && isTopLevelAt(facts.syntax(), start.offset)
  node.self = isModuleThis ? undefined : draft.at("captured 'this'", () => draft.slot(captureThis(fn, source, draft)))
}

/** Every free variable that the receiver would not have by itself. */
function describeVariables(capturing: Capturing): Capture[] {
  const { analysis, node } = capturing
  const variables = variablesOf(capturing)
  const captures: Capture[] = []
  for (const [name, variable] of variables) {
    if (name === 'arguments') continue
    const capture = describeVariable(name, variable, capturing)
    if (capture !== undefined) captures.push(capture)
  }
  if (analysis.class)
    node.eager = [...eagerGlobals(analysis.class.eager, node), ...(analysis.class.heritage ? [analysis.class.heritage.name] : [])]
  return captures
}

/** The free variables of the text, but for what its being a class, or another function having taken its name, changes. */
function variablesOf(capturing: Capturing): ReadonlyMap<string, Variable> {
  const { analysis } = capturing
  const isNamed = analysis.source.form === 'function' && 'id' in analysis.source.node && analysis.source.node.id
  if (!isNamed && !analysis.class) return analysis.variables
  const variables = new Map(analysis.variables)
  addReplacedName(capturing, variables)
  if (analysis.class) describeHeritage(capturing, variables)
  return variables
}

/** In `fib = memoize(fib)` the name inside the old `fib` means the new one. */
function addReplacedName({ fn, analysis: { source }, inspected, facts, start, edits }: Capturing, variables: Map<string, Variable>): void {
  const name = source.form === 'function' && 'id' in source.node ? source.node.id?.name : undefined
  if (name === undefined || variables.has(name)) return
  const found = findVariable(inspected.scopes, name)
  if (found === undefined || found.uninitialised || found.value === fn || !isDeclaredAt(facts.syntax(), start.offset)) return
  edits.push(...withoutName(source))
  variables.set(name, { written: false, members: undefined, onlyTypeof: false, mentions: [] })
}

/** A heritage expression runs in the scope around the class, so its variables may not have been captured: the live superclass takes its place. */
function describeHeritage({ fn, analysis, node, draft, edits }: Capturing, variables: Map<string, Variable>): void {
  const heritage = analysis.class?.heritage
  if (heritage === undefined) return
  const within = ({ start, end }: { start: number; end: number }): boolean => start >= heritage.start && end <= heritage.end
  for (const [name, variable] of variables) {
    const mentions = variable.mentions.filter((mention) => !within(mention))
    if (mentions.length === 0) variables.delete(name)
    else variables.set(name, { ...variable, mentions })
  }
  const kept = edits.filter((edit) => !within(edit))
  edits.splice(0, edits.length, ...kept, heritage)
  node.scope.push([heritage.name, draft.at('its superclass', () => draft.slot(Object.getPrototypeOf(fn)))])
}

function describeVariable(
  name: string,
  variable: Variable,
  { fn, analysis, inspected, facts, node, draft, edits }: Capturing,
): Capture | undefined {
  const found = findVariable(inspected.scopes, name)
  if (found === undefined) {
    if (analysis.class?.inComputedNames.has(name) && !(name in globalThis))
      draft.fail(
        `the class ${nameOf(fn)} has a member whose computed name uses '${name}', which is not kept at run time`,
        'export the class from a module',
      )
    return describeGlobal(name, variable, { analysis, facts, node, draft, edits })
  }
  if (found.uninitialised) draft.fail(`captured variable '${name}' is not initialised yet`, 'make the task after its declaration has run')
  const bound = { name, variable, value: found.value, scope: found.scope, facts }
  if (describeLiveImport(bound, { node, edits, draft })) return undefined
  const value = isOwnPrimitive(bound) ? bound.value : draft.at(`captured variable '${name}'`, () => describeBinding(bound, draft))
  const entry: Capture['entry'] = [name, value]
  node.scope.push(entry)
  return { name, variable, scope: found.scope, entry }
}

const ofEveryFunction = new Set<string | symbol>(['length', 'name', 'prototype', 'arguments', 'caller'])

function describeOwnProperties({ fn, analysis, node, draft }: Capturing): void {
  // What a class's text defines (methods) is not enumerable; what it assigns (static fields) is, and may have changed since.
  const keys: (string | symbol)[] = []
  for (const key of Reflect.ownKeys(fn))
    if (!ofEveryFunction.has(key) && (!analysis.class || Object.prototype.propertyIsEnumerable.call(fn, key))) keys.push(key)
  if (keys.length > 0) node.props = describeProps(fn, keys, draft)
  if (!Object.isExtensible(fn)) Object.assign(node, lockOf(fn))
  describeMembers(fn, { analysis, node, draft })
  if (!analysis.class) describeParent(fn, node, draft)
  if (analysis.class || node.members || /^[A-Z]/.test(node.name)) node.ids = idsToSend(fn)
}
