/** What the free variables of a function stand for. */
import * as types from 'node:util/types'
import { dataProperty } from '../../codec/own-properties.js'
import type { Inspected } from '../engine/inspect.js'
import { type FoundVariable, findVariable } from '../engine/variable.js'
import { standardGlobals } from '../found/global-names.js'
import { builtinOf, knownReference } from '../found/known.js'
import { loadedFileOf } from '../found/loaded.js'
import { canonicalSpecifier, packageNamed } from '../found/packages.js'
import type { ScriptFacts } from '../script/function-script.js'
import { startOf } from '../script/function-script.js'
import type { Analysis } from '../source/analysis.js'
import { viteName } from '../source/code-noise.js'
import { isGlobalObject } from '../source/global-members.js'
import { isDeclaredAt } from '../source/module-syntax.js'
import type { CodeSlot } from './canonical-code.js'
import { isOfModule } from './module-scope.js'

/** What a free variable stands for: words of ours, or a value. */
export type Meaning =
  | { readonly t: 'words'; readonly words: string; readonly member?: string }
  | { readonly t: 'value'; readonly value: unknown; readonly variable?: CapturedVariable; readonly isOnlyOne?: IsOnlyOne }
  /** A member of a value, where the value itself counts. */
  | {
      readonly t: 'member'
      readonly value: unknown
      readonly member: string
      readonly variable?: CapturedVariable
      readonly isOnlyOne?: IsOnlyOne
    }

/** Whether there is one such variable in a module, or in a process; without it, there may be many. Asked only where a value cannot tell by itself: it may have to parse the script. */
export type IsOnlyOne = () => boolean
const always: IsOnlyOne = () => true

type Words = Extract<Meaning, { t: 'words' }>

/** A variable that could be assigned. */
export interface CapturedVariable {
  /** The same for all functions that see this variable; functions of several calls of one factory share it. */
  readonly key: string
  readonly name: string
  readonly facts: ScriptFacts
}

/** A function, and all that is known of it. */
export interface Subject {
  readonly fn: object
  readonly source: string
  readonly inspected: Inspected
  readonly facts: ScriptFacts
  readonly analysis: Analysis
}

const words = (text: string): Words => ({ t: 'words', words: text })

/** What belongs into a slot of the code of `subject`. */
export function meaningOf(slot: CodeSlot, subject: Subject): Meaning {
  switch (slot.t) {
    case 'superclass':
      return { t: 'value', value: Object.getPrototypeOf(subject.fn) as unknown }
    case 'import':
      return words(canonicalSpecifier(slot.specifier, subject.facts.script.url))
    case 'self':
      return meaningOfSelf(slot.name, subject)
    case 'variable':
      return meaningOfVariable(slot, subject)
  }
}

/** In `fib = memoize(fib)` the name inside the old `fib` means the new one. */
function meaningOfSelf(name: string, { fn, source, inspected, facts, analysis }: Subject): Meaning {
  const found = analysis.class ? undefined : findVariable(inspected.scopes, name)
  if (found === undefined || found.value === fn || found.uninitialised) return words('self')
  if (!isDeclaredAt(facts.syntax(), startOf(source, inspected, facts).offset)) return words('self')
  return { t: 'value', value: found.value }
}

function meaningOfVariable({ name, member }: CodeSlot & { t: 'variable' }, subject: Subject): Meaning {
  const found = findVariable(subject.inspected.scopes, name)
  if (found === undefined) return meaningOfGlobal(name, member)
  const { value } = found
  const special = meaningOfMachinery(name, value, subject) ?? meaningOfPackage(name, member, found, subject)
  if (special !== undefined) return member === undefined ? special : { ...special, member }
  if (isModuleLike(name, value))
    return { t: 'value', value: member === undefined ? value : readMember(value as object, member), isOnlyOne: always }
  const variable: CapturedVariable = { key: keyOf(name, found, subject), name, facts: subject.facts }
  const isOnlyOne = (): boolean => isOfModule(name, found, subject)
  return member === undefined ? { t: 'value', value, variable, isOnlyOne } : { t: 'member', value, member, variable, isOnlyOne }
}

function meaningOfGlobal(name: string, member: string | undefined): Meaning {
  // `globalThis.settings` is what the bare name is.
  if (member !== undefined && isGlobalObject(name) && !standardGlobals.has(member)) return meaningOfGlobal(member, undefined)
  const property = standardGlobals.has(name) ? undefined : Object.getOwnPropertyDescriptor(globalThis, name)
  if (property !== undefined && 'value' in property) {
    const { value } = property as { value: unknown }
    return member === undefined ? { t: 'value', value, isOnlyOne: always } : { t: 'member', value, member, isOnlyOne: always }
  }
  return member === undefined ? words(`global ${name}`) : { ...words(`global ${name}`), member }
}

/** What a module system puts around a module. Its place on this machine does not count. */
function meaningOfMachinery(name: string, value: unknown, { facts }: Subject): Words | undefined {
  if (facts.kind === 'cjs' && (name === '__filename' || name === '__dirname')) return words(name)
  if (typeof value === 'function' && Object.hasOwn(value, 'cache') && Object.hasOwn(value, 'extensions')) return words('require')
  const isModule = name === 'module' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'children')
  return isModule ? words('module') : undefined
}

/** An object that an installed package exports is known by that; a function says so itself, and a constant by its value. */
function meaningOfPackage(
  name: string,
  member: string | undefined,
  { scope, value }: FoundVariable,
  { facts }: Subject,
): Words | undefined {
  if (facts.kind !== 'esm' || scope.kind !== 'Module' || typeof value !== 'object' || value === null || facts.file === undefined)
    return undefined
  const imported = facts.importOf(name)
  const id = imported && packageNamed(imported.specifier, facts.file)
  if (imported === undefined || id === undefined) return undefined
  if (imported.name !== '*' || member === undefined) return words(`${id}:${imported.specifier}#${imported.name}`)
  const part = readMember(value, member)
  return typeof part === 'object' && part !== null ? words(`${id}:${imported.specifier}#*`) : undefined
}

/** A namespace, or what compilers put in its place. */
function isModuleLike(name: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (types.isModuleNamespaceObject(value) || viteName(name) !== undefined) return true
  if (types.isProxy(value)) return false
  if (builtinOf(value)?.path.length === 0 || loadedFileOf(value) !== undefined) return true
  if (dataProperty(value, '__esModule') === true) return true
  return isConverted(value)
}

/** What esbuild's `__toESM` makes of a module that was required: its exports as getters, and a default. */
const isConverted = (value: object): boolean =>
  Object.hasOwn(value, 'default') &&
  knownReference(value) === undefined &&
  Object.entries(Object.getOwnPropertyDescriptors(value)).every(
    ([key, { get, set }]) => key === 'default' || (get !== undefined && set === undefined),
  )

function readMember(module: object, member: string): unknown {
  try {
    return Reflect.get(module, member)
  } catch {
    return undefined // not initialised yet
  }
}

/** The key of a variable; see {@link CapturedVariable}. */
export const keyOf = (name: string, { scope }: FoundVariable, { inspected: { scopes }, facts }: Subject): string =>
  `${facts.script.id}:${scopes.length - scopes.indexOf(scope)}:${name}`
