/** Globals that a function uses: the standard ones are everywhere, a program's own travel. */
import { isBuiltin } from 'node:module'
import { standardGlobals } from '../found/global-names.js'
import type { FunctionNode, Slot } from '../parcel/parcel.js'
import type { ScriptFacts } from '../script/function-script.js'
import type { Analysis, Variable } from '../source/analysis.js'
import { isGlobalObject } from '../source/global-members.js'
import type { Edit } from '../source/source-form.js'
import { describeCommon } from './bindings.js'
import type { Draft } from './draft.js'

interface Into {
  readonly analysis: Analysis
  readonly facts: ScriptFacts
  readonly node: FunctionNode
  readonly draft: Draft
  readonly edits: Edit[]
}

/** A name that no scope holds is a global; one that is nowhere fails there as it does here. */
export function describeGlobal(name: string, variable: Variable, into: Into): undefined {
  if (isGlobalObject(name)) return describeMembers(name, into)
  if (standardGlobals.has(name)) return
  const { node, facts, draft } = into
  const property = Object.getOwnPropertyDescriptor(globalThis, name)
  // Where a program is given on the command line or typed in, `fs`, `os` and the like are global, and `require` is.
  if (property?.get !== undefined && isBuiltin(name)) node.scope.push([name, draft.once(`builtin ${name}`, builtinNode(name))])
  if (property === undefined || !('value' in property)) return
  const { value } = property
  const slot = draft.at(`global variable '${name}'`, () => describeCommon({ name, variable, value, facts }, draft) ?? draft.slot(value))
  node.scope.push([name, slot])
}

const holderPrefix = '$$global_'

/** Of the variables that a class's definition itself reads, those by which it is made here. */
export const eagerGlobals = (eager: readonly string[], { scope }: FunctionNode): string[] =>
  eager.some(isGlobalObject) ? [...eager, ...scope.map(([name]) => name).filter((name) => name.startsWith(holderPrefix))] : [...eager]

const builtinNode = (name: string) => ({ t: 'builtin', module: `node:${name}`, path: [] }) as const

/** `globalThis.settings`, where the program has put it there: as the bare name would be, a copy, and one for all functions of the parcel. */
function describeMembers(object: string, { analysis, node, draft, edits }: Into): undefined {
  for (const [name, mentions] of analysis.globalMembers) {
    // What a class extends is found without its text.
    const { start: from = 0, end: to = 0 } = analysis.class?.heritage ?? {}
    const here = mentions.filter((mention) => mention.object === object && !(mention.start >= from && mention.end <= to))
    const property = here.length === 0 || standardGlobals.has(name) ? undefined : Object.getOwnPropertyDescriptor(globalThis, name)
    if (property === undefined || !('value' in property)) continue
    const holder = holderPrefix + name
    const value: Slot = draft.at(`global variable '${name}'`, () => draft.slot(property.value))
    const slot = draft.once(`global ${name}`, { t: 'object', proto: null, props: [[name, value]] })
    if (!node.scope.some(([known]) => known === holder)) node.scope.push([holder, slot])
    edits.push(...here.map(({ start, end }): Edit => ({ start, end, text: holder })))
  }
}
