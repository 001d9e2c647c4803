/** Whether a function was compiled in strict mode, which its text alone does not say. */
import type { ScriptFacts } from './function-script.js'

/** Sloppy functions, and only they, had a `caller` of their own until V8 14 (Node 26); arrows and methods, and all functions since, go by their script. */
export function isStrict(fn: object, source: string, { strict }: Pick<ScriptFacts, 'strict'>): boolean {
  if (Object.hasOwn(fn, 'caller')) return false
  if (strict || source.startsWith('class')) return true
  return callerTells && source.startsWith('function') && !source.startsWith('function*')
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
