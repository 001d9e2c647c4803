/** Captured variables: an import travels as that import, a module-like object by the members in use, anything else as its value. */
import { createRequire, isBuiltin } from 'node:module'
import { pathToFileURL } from 'node:url'
import * as types from 'node:util/types'
import { dataProperty } from '../../codec/own-properties.js'
import type { SeenScope } from '../engine/inspect.js'
import { isAnyRegistered, mustTravelByValue } from '../found/by-value.js'
import { builtinOf, globalPath } from '../found/known.js'
import { loadedFileOf } from '../found/loaded.js'
import { keepOriginal } from '../found/provenance.js'
import type { ReferenceNode, Slot } from '../parcel/parcel.js'
import type { ScriptFacts } from '../script/function-script.js'
import type { Variable } from '../source/analysis.js'
import type { ImportedName } from '../source/module-syntax.js'
import type { Draft } from './draft.js'
import { describeMembersInUse } from './module-members.js'
import { isPrimitive } from './object-parts.js'
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
export const importNode = (imported: ImportedName, parent: string, draft: Draft): Slot =>
  draft.once(`import ${imported.name} ${imported.specifier} ${parent}`, importOf(imported, parent))

const importOf = ({ specifier, name, attributes }: ImportedName, parent: string): ReferenceNode => ({
  t: 'import',
  specifier,
  parent,
  name,
  ...(attributes && { attributes }),
})

/** Whether a variable holds a primitive and is no import: most that closures differ by are such. */
export const isOwnPrimitive = (bound: BoundVariable): bound is BoundVariable & { value: Exclude<Slot, object> } =>
  bound.scope.kind !== 'Module' && isPrimitive(bound.value) && !bound.name.startsWith('__vi')

function describeImported({ name, variable, value, scope, facts }: BoundVariable, draft: Draft): Slot | undefined {
  if (facts.kind !== 'esm' || scope.kind !== 'Module') return undefined
  const imported = facts.importOf(name)
  if (imported === undefined) return undefined
  // A function knows which module it is from, whatever name that was imported by.
  if (typeof value === 'function' && isAnyRegistered()) return draft.slot(value)
  const { url } = facts.script
  if (!staysBehind(imported.specifier, url)) {
    keepOriginal(value, importOf(imported, url))
    return importNode(imported, url, draft)
  }
  return imported.name === '*' ? describeMembersInUse({ value, variable }, draft) : draft.slot(value)
}

/** Whether a module was registered to travel by value. */
export function staysBehind(specifier: string, parent: string): boolean {
  if (isBuiltin(specifier)) return false
  if (/^(\.{0,2}\/|file:)/.test(specifier))
    return URL.canParse(specifier, parent) && fileUrls(new URL(specifier, parent).href).some(mustTravelByValue)
  return isAnyRegistered() && (mustTravelByValue(specifier) || packageUrls(specifier, parent).some(mustTravelByValue))
}

/** TypeScript is imported by the name that its compiler would give it. */
const fileUrls = (url: string): string[] => [url, url.replace(/\.([mc]?)js$/, '.$1ts')]

function packageUrls(specifier: string, parent: string): string[] {
  try {
    return [pathToFileURL(createRequire(parent).resolve(specifier)).href]
  } catch {
    return []
  }
}

/** What CommonJS puts around a module. */
export function describeCommon({ name, variable, value, facts }: Omit<BoundVariable, 'scope'>, draft: Draft): Slot | undefined {
  if (typeof value === 'function' && 'resolve' in value && Object.hasOwn(value, 'cache') && Object.hasOwn(value, 'extensions')) {
    return draft.once(`require ${facts.script.url}`, { t: 'create-require', from: facts.file ?? `${process.cwd()}/` })
  }
  const isModule =
    name === 'module' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'exports') && Object.hasOwn(value, 'children')
  if (!isModule) return undefined
  if (variable.onlyTypeof) return draft.add(undefined, { t: 'object', props: [] })
  return variable.members
    ? describeMembersInUse({ value, variable }, draft)
    : draft.fail("it is the CommonJS object 'module'", 'use its members')
}

/** A namespace, or what compilers put in its place. What a worker can load whole is left to {@link Draft.slot}. */
function isModuleLike(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false
  if (types.isModuleNamespaceObject(value)) return true
  // What esbuild's `__toESM` makes of a module that was required has a `default`. Looked at first: most objects have neither mark.
  const [compiled, inner] = [dataProperty(value, '__esModule') === true, dataProperty(value, 'default')]
  if (!compiled && (inner === undefined || inner === null)) return false
  if (globalPath(value) !== undefined || builtinOf(value) !== undefined || loadedFileOf(value) !== undefined) return false
  return compiled || builtinOf(inner)?.path.length === 0 || loadedFileOf(inner) !== undefined
}
