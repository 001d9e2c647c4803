/** Whether a function was compiled in strict mode, which its text alone does not say. */

import type { Inspected } from '../engine/inspect.js'
import { isStrictAt } from '../source/module-syntax.js'
import type { ScriptFacts } from './function-script.js'
import { startOf } from './function-script.js'

/** Sloppy functions, and only they, had a `caller` of their own until V8 14 (Node 26); arrows and methods, and all functions since, go by what is around them. */
export function isStrict(fn: object, source: string, { inspected, facts }: { inspected: Inspected; facts: ScriptFacts }): boolean {
  if (Object.hasOwn(fn, 'caller')) return false
  if (facts.strict || source.startsWith('class')) return true
  if (callerTells && source.startsWith('function') && !source.startsWith('function*')) return true
  return isWithinStrict(source, inspected, facts)
}

/** Whether a function or class around it makes it strict. Reads the whole script only if it has one that could. */
function isWithinStrict(source: string, inspected: Inspected, facts: ScriptFacts): boolean {
  const first = firstStrict(facts)
  if (first < 0) return false
  const { offset } = startOf(source, inspected, facts)
  return offset > first && isStrictAt(facts.syntax(), offset)
}

const firsts = new WeakMap<ScriptFacts, number>()

function firstStrict(facts: ScriptFacts): number {
  let first = firsts.get(facts)
  if (first === undefined) firsts.set(facts, (first = facts.text.search(/\bclass\b|(['"])use strict\1/)))
  return first
}

const callerTells = sloppyFunctionHasCaller()

function sloppyFunctionHasCaller(): boolean {
  try {
    return Object.hasOwn(new Function(), 'caller')
  } catch {
    // No code is made from strings here.
    return false
  }
}
