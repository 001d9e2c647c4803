/**
 * Functions of which the engine would say the same at every run, since no variable that they captured is ever assigned: a warm run of a closure is
 * spared 0.3 of its 0.8 ms.
 */
import type { Inspected, SeenScope } from '../engine/inspect.js'
import { type FoundVariable, findVariable } from '../engine/variable.js'
import type { Analysis } from '../source/analysis.js'
import type { ScriptFacts } from './function-script.js'
import { assignedIn, declaredByVarIn } from './reassigned.js'

/** A function that was described. */
export interface Described {
  readonly inspected: Inspected
  readonly facts: ScriptFacts
  readonly analysis: Analysis
}

/** Undefined for a function of which it may say something else. */
const kept = new WeakMap<object, Inspected | undefined>()
const described = new WeakSet<object>()

/** What the engine said about `fn`, if it would say it again. */
export const keptInspection = (fn: object): Inspected | undefined => kept.get(fn)

// To know what a script assigns takes 3 ms per 10 KB, once.
const longest = 200_000

/** Note what is known of `fn`: from its second description on, the third need not ask. */
export function noteInspection(fn: object, { inspected, facts, analysis }: Described): void {
  if (kept.has(fn)) return
  if (!described.has(fn)) {
    described.add(fn)
    return
  }
  const names = namesOf(analysis)
  // A constant that is not initialised yet is `undefined` to the inspector of Node 20.
  if (names.some((name) => isUnset(findVariable(inspected.scopes, name)))) return
  const mayDiffer = isTied(analysis) || facts.text.length > longest || !hasPlainScopes(inspected) || changes(names, facts)
  const { scopes } = inspected
  kept.set(fn, mayDiffer ? undefined : { ...inspected, scopes: scopes.map((scope) => onlyThose(names, scope, scopes)) })
}

const isUnset = (variable: FoundVariable | undefined): boolean => variable !== undefined && variable.value === undefined

/** What it reads of the variables around it: of a function with a name, that name may mean another function by now. */
function namesOf({ variables, source: { node } }: Analysis): string[] {
  const own = 'id' in node && node.id && 'name' in node.id ? [node.id.name] : []
  return [...variables.keys(), ...own]
}

const isTied = ({ ties }: Analysis): boolean => ties.this || ties.arguments || ties.eval || ties.with

/** Other scopes may get variables that they have not yet. */
const hasPlainScopes = ({ scopes, bound }: Inspected): boolean =>
  bound === undefined && scopes.every(({ kind }) => kind !== 'Script' && kind !== 'With' && kind !== 'Eval')

/**
 * Whether one of these names may come to mean another value. A `var` has none before its line has run, and a new one whenever it runs again; in sloppy
 * code there are more ways: `arguments`, functions in blocks, `with`.
 */
const changes = (names: readonly string[], facts: ScriptFacts): boolean =>
  names.length > 0 &&
  (!facts.strict || /\beval\b/.test(facts.text) || names.some((name) => assignedIn(facts).has(name) || declaredByVarIn(facts).has(name)))

/** What other variables hold is not to live as long as the function. */
function onlyThose(names: readonly string[], scope: SeenScope, scopes: readonly SeenScope[]): SeenScope {
  if (scope.kind === 'Global') return scope
  const seen = names.filter((name) => findVariable(scopes, name)?.scope === scope)
  return { kind: scope.kind, variables: Object.fromEntries(seen.map((name) => [name, scope.variables[name]])) }
}
