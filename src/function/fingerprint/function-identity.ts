/** What a function is, one step deep. */
import * as types from 'node:util/types'
import { ownName } from '../../own.js'
import { identityKey, reduceKey } from '../../protocols.js'
import { referenceOf } from '../describe/reference.js'
import type { Inspected } from '../engine/inspect.js'
import { inspect } from '../engine/inspect.js'
import { whyNoInspector } from '../engine/inspector.js'
import { knownReference } from '../found/known.js'
import { installedPackage, installedPath } from '../found/packages.js'
import type { ScriptFacts } from '../script/function-script.js'
import { scriptOfFunction } from '../script/function-script.js'
import { isStrict } from '../script/strictness.js'
import { analyze } from '../source/analysis.js'
import type { CodeIdentity } from './code-identity.js'
import { codeIdentity, nameOf } from './code-identity.js'
import { uninspectedIdentity } from './uninspected-identity.js'

/** What a function is. */
export type Identity =
  /** The same thing everywhere: a builtin, an export of an installed package. */
  | { readonly t: 'words'; readonly words: string }
  /** Made of other values: a bound function, one that says what it is made by. */
  | { readonly t: 'made'; readonly words: string; readonly of: readonly unknown[] }
  | CodeIdentity

/** Read what `fn` is. Costs about 0.1 ms, most of it in the inspector. */
export function identityOf(fn: object): Identity {
  const own = ownName(fn)
  if (own !== undefined) return { t: 'words', words: `joblet ${own}` }
  if (types.isProxy(fn)) return { t: 'words', words: 'opaque Proxy' }
  const known = knownReference(fn)
  if (known !== undefined) return { t: 'words', words: JSON.stringify(known) }
  const stands: unknown = Reflect.get(fn, identityKey)
  if (typeof stands === 'function') return { t: 'made', words: 'stands for', of: Reflect.apply(stands, fn, []) as unknown[] }
  const reduce: unknown = Reflect.get(fn, reduceKey)
  if (typeof reduce === 'function') return { t: 'made', words: 'made', of: Reflect.apply(reduce, fn, []) as unknown[] }
  if (whyNoInspector() !== undefined) return uninspectedIdentity(fn)
  return inspectedIdentity(fn, inspect(fn))
}

function inspectedIdentity(fn: object, inspected: Inspected): Identity {
  const { bound } = inspected
  if (bound !== undefined) return { t: 'made', words: 'bound', of: [bound.target, bound.self, ...bound.args] }
  const source = Function.prototype.toString.call(fn)
  const facts = scriptOfFunction(source, inspected)
  if (facts === undefined) return { t: 'words', words: `native ${nameOf(fn)}` }
  if (facts.kind === 'node') return nodeIdentity(fn, inspected)
  const exported = exportedByPackage(fn, source, { inspected, facts })
  if (exported !== undefined) return { t: 'words', words: exported }
  try {
    return codeIdentity({ fn, source, inspected, facts, analysis: analyze(source, isStrict(fn, source, { inspected, facts })) })
  } catch (error) {
    if (error instanceof SyntaxError) return { t: 'words', words: `text ${source}` }
    throw error
  }
}

/** A function of Node's own; what `promisify` and `callbackify` were given counts. */
function nodeIdentity(fn: object, { scopes }: Inspected): Identity {
  const original = scopes.flatMap(({ kind, variables }) => (kind === 'Closure' ? [variables['original'], variables['orig']] : []))
  return { t: 'made', words: `node ${nameOf(fn)}`, of: original.filter((value) => typeof value === 'function' && value !== fn) }
}

/** What an installed package exports is known by name; what one of its functions made (a curried function, say) is not. */
function exportedByPackage(fn: object, source: string, seen: { inspected: Inspected; facts: ScriptFacts }): string | undefined {
  const { file } = seen.facts
  if (file === undefined || installedPackage(file) === undefined) return undefined
  const reference = referenceOf(fn, source, seen)
  if (reference === undefined || !('path' in reference)) return undefined
  return `${installedPath(file)}#${reference.path.join('.')}`
}
