/** Captured variables: an import travels as that import, a module-like object by the members in use, anything else as its value. */
import { isBuiltin } from 'node:module'
import { types } from 'node:util'
import type { Variable } from './analysis.js'
import { mustTravelByValue } from './by-value.js'
import { dataProperty } from './describe-prototype.js'
import type { Draft } from './draft.js'
import type { ScriptFacts } from './function-script.js'
import type { SeenScope } from './inspect.js'
import { builtinOf, globalPath } from './known.js'
import { loadedFileOf } from './loaded.js'
import { describeMembersInUse } from './module-members.js'
import type { ImportedName } from './module-syntax.js'
import type { Slot } from './parcel.js'
import { describeViteBinding } from './vite.js'

/** A variable that a function captured, and the function's script. */
export interface BoundVariable {
  readonly name: string
  readonly variable: Variable
  readonly value: unknown
  readonly scope: SeenScope
  readonly facts: ScriptFacts
}

/** Describe what a captured variable holds. */
export function describeBinding(bound: BoundVariable, draft: Draft): Slot {
  const special = describeImported(bound, draft) ?? describeCommon(bound, draft) ?? describeViteBinding(bound, draft)
  if (special !== undefined) return special
  return isModuleLike(bound.value) ? describeMembersInUse(bound, draft) : draft.slot(bound.value)
}

/** An import, to be made in the name of the module that made it here. */
export function importNode({ specifier, name, attributes }: ImportedName, parent: string, draft: Draft): Slot {
  return draft.once(`import ${name} ${specifier} ${parent}`, { t: 'import', specifier, parent, name, ...(attributes && { attributes }) })
}

function describeImported({ name, variable, value, scope, facts }: BoundVariable, draft: Draft): Slot | undefined {
  if (facts.kind !== 'esm' || scope.kind !== 'Module') return undefined
  const imported = facts.importOf(name)
  if (imported === undefined) return undefined
  if (!staysBehind(imported.specifier, facts.script.url)) return importNode(imported, facts.script.url, draft)
  return imported.name === '*' ? describeMembersInUse({ value, variable }, draft) : draft.slot(value)
}

function staysBehind(specifier: string, parent: string): boolean {
  if (isBuiltin(specifier) || !/^(\.{0,2}\/|file:)/.test(specifier)) return false
  return URL.canParse(specifier, parent) && mustTravelByValue(new URL(specifier, parent).href)
}

/** What CommonJS puts around a module. */
function describeCommon({ name, variable, value, facts }: BoundVariable, draft: Draft): Slot | undefined {
  if (typeof value === 'function' && 'resolve' in value && Object.hasOwn(value, 'cache') && Object.hasOwn(value, 'extensions')) {
    return draft.once(`require ${facts.script.url}`, { t: 'create-require', from: facts.file ?? `${process.cwd()}/` })
  }
  const isModule =
    name === 'module' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'exports') && Object.hasOwn(value, 'children')
  if (!isModule) return undefined
  return variable.members
    ? describeMembersInUse({ value, variable }, draft)
    : draft.fail("it is the CommonJS object 'module'", 'use its members')
}

/** A namespace, or what compilers put in its place. What a worker can load whole is left to {@link Draft.slot}. */
function isModuleLike(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false
  if (types.isModuleNamespaceObject(value)) return true
  if (globalPath(value) !== undefined || builtinOf(value) !== undefined || loadedFileOf(value) !== undefined) return false
  if (dataProperty(value, '__esModule') === true) return true
  // What esbuild's `__toESM` makes of a module that was required.
  const inner = dataProperty(value, 'default')
  return inner !== undefined && inner !== null && (builtinOf(inner)?.path.length === 0 || loadedFileOf(inner) !== undefined)
}
