/** What a function is, one step deep: its code, and what its free variables hold. */
import { types } from 'node:util'
import { ownName } from '../own.js'
import type { Analysis } from './analysis.js'
import { analyze } from './analysis.js'
import type { CanonicalCode, CodeSlot } from './canonical-code.js'
import { canonicalCode, viteName } from './canonical-code.js'
import { captureThis } from './capture-this.js'
import { dataProperty } from './describe-prototype.js'
import { Draft } from './draft.js'
import type { ScriptFacts } from './function-script.js'
import { scriptOfFunction, startOf } from './function-script.js'
import { standardGlobals } from './global-names.js'
import type { Inspected, SeenScope } from './inspect.js'
import { inspect, whyNoInspector } from './inspect.js'
import { knownReference } from './known.js'
import { isDeclaredAt, isTopLevelAt } from './module-syntax.js'
import { canonicalSpecifier, installedPackage, installedPath, packageFolder, packageNamed } from './packages.js'
import { referenceOf } from './reference.js'
import { uninspectedIdentity } from './uninspected-identity.js'

/** What a free variable stands for: words of ours, or a value. */
export type Meaning =
  | { readonly t: 'words'; readonly words: string }
  | { readonly t: 'value'; readonly value: unknown; readonly variable?: CapturedVariable }
  /** A member of a value, where the value itself counts. */
  | { readonly t: 'member'; readonly value: unknown; readonly member: string; readonly variable?: CapturedVariable }

/** A variable that could be assigned. */
export interface CapturedVariable {
  /** The same for all functions that see this variable; functions of several calls of one factory share it. */
  readonly key: string
  readonly name: string
  readonly facts: ScriptFacts
}

/** What a function is. */
export type Identity =
  /** The same thing everywhere: a builtin, an export of an installed package. */
  | { readonly t: 'words'; readonly words: string }
  /** Made of other values: a bound function, one that says what it is made by. */
  | { readonly t: 'made'; readonly words: string; readonly of: readonly unknown[] }
  | {
      readonly t: 'code'
      readonly code: CanonicalCode
      /** One for each slot of the code. */
      readonly meanings: readonly Meaning[]
      /** Own properties and the like, by name. */
      readonly extras: readonly (readonly [name: string, value: unknown])[]
      /** Keys of the variables that it assigns. */
      readonly writes: readonly string[]
      /** The folder of its package, whose place on this machine does not count. */
      readonly folder: string | undefined
    }

/** Read what `fn` is. Costs about 0.1 ms, most of it in the inspector. */
export function identityOf(fn: object): Identity {
  const own = ownName(fn)
  if (own !== undefined) return { t: 'words', words: `joblet ${own}` }
  if (types.isProxy(fn)) return { t: 'words', words: 'opaque Proxy' }
  const known = knownReference(fn)
  if (known !== undefined) return { t: 'words', words: JSON.stringify(known) }
  const reduce: unknown = Reflect.get(fn, Symbol.for('joblet.reduce'))
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
  if (facts.kind === 'node') return nodeIdentity(fn, inspected, facts)
  const exported = exportedByPackage(fn, source, { inspected, facts })
  if (exported !== undefined) return { t: 'words', words: exported }
  try {
    return codeIdentity({ fn, source, inspected, facts, analysis: analyze(source, isStrict(fn, source, facts)) })
  } catch (error) {
    if (error instanceof SyntaxError) return { t: 'words', words: `text ${source}` }
    throw error
  }
}

/** A function of Node's own; what `promisify` and `callbackify` were given counts. */
function nodeIdentity(fn: object, { scopes }: Inspected, { script }: ScriptFacts): Identity {
  const original = scopes.flatMap(({ kind, variables }) => (kind === 'Closure' ? [variables['original'], variables['orig']] : []))
  return { t: 'made', words: `${script.url} ${nameOf(fn)}`, of: original.filter((value) => typeof value === 'function' && value !== fn) }
}

/** What an installed package exports is known by name; what one of its functions made (a curried function, say) is not. */
function exportedByPackage(fn: object, source: string, seen: { inspected: Inspected; facts: ScriptFacts }): string | undefined {
  const { file } = seen.facts
  if (file === undefined || installedPackage(file) === undefined) return undefined
  const reference = referenceOf(fn, source, seen)
  if (reference === undefined || !('path' in reference)) return undefined
  return `${installedPath(file)}#${reference.path.join('.')}`
}

interface Subject {
  readonly fn: object
  readonly source: string
  readonly inspected: Inspected
  readonly facts: ScriptFacts
  readonly analysis: Analysis
}

function codeIdentity(subject: Subject): Identity {
  const { analysis, facts, inspected } = subject
  const code = canonicalCode(analysis)
  const writes = [...analysis.variables].flatMap(([name, { written }]) => {
    const found = written ? find(inspected.scopes, name) : undefined
    return found === undefined ? [] : [keyOf(name, found, subject)]
  })
  return {
    t: 'code',
    code,
    meanings: code.slots.map((slot) => meaningOf(slot, subject)),
    extras: extrasOf(subject),
    writes,
    folder: facts.file === undefined ? undefined : packageFolder(facts.file),
  }
}

const words = (text: string): Meaning => ({ t: 'words', words: text })

function meaningOf(slot: CodeSlot, subject: Subject): Meaning {
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
  const found = analysis.class ? undefined : find(inspected.scopes, name)
  if (found === undefined || found.value === fn || found.uninitialised) return words('self')
  if (!isDeclaredAt(facts.syntax(), startOf(source, inspected, facts).offset)) return words('self')
  return { t: 'value', value: found.value }
}

function meaningOfVariable({ name, member }: CodeSlot & { t: 'variable' }, subject: Subject): Meaning {
  const found = find(subject.inspected.scopes, name)
  if (found === undefined) return meaningOfGlobal(name, member)
  const { value } = found
  const special = meaningOfMachinery(name, value, subject) ?? meaningOfPackage(name, member, found, subject)
  if (special !== undefined) return member === undefined || special.t !== 'words' ? special : words(`${special.words}.${member}`)
  if (isModuleLike(name, value)) return member === undefined ? { t: 'value', value } : { t: 'value', value: readMember(value as object, member) }
  const variable: CapturedVariable = { key: keyOf(name, found, subject), name, facts: subject.facts }
  return member === undefined ? { t: 'value', value, variable } : { t: 'member', value, member, variable }
}

function meaningOfGlobal(name: string, member: string | undefined): Meaning {
  const property = standardGlobals.has(name) ? undefined : Object.getOwnPropertyDescriptor(globalThis, name)
  if (property !== undefined && 'value' in property) {
    return member === undefined ? { t: 'value', value: property.value } : { t: 'member', value: property.value, member }
  }
  return words(`global ${name}${member === undefined ? '' : `.${member}`}`)
}

/** What a module system puts around a module. Its place on this machine does not count. */
function meaningOfMachinery(name: string, value: unknown, { facts }: Subject): Meaning | undefined {
  if (viteName(name) === 'import_meta') return words('(meta import)')
  if (facts.kind === 'cjs' && (name === '__filename' || name === '__dirname')) return words(name)
  if (typeof value === 'function' && Object.hasOwn(value, 'cache') && Object.hasOwn(value, 'extensions')) return words('require')
  const isModule = name === 'module' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'children')
  return isModule ? words('module') : undefined
}

/** An object that an installed package exports is known by that; a function says so itself, and a constant by its value. */
function meaningOfPackage(name: string, member: string | undefined, { scope, value }: Found, { facts }: Subject): Meaning | undefined {
  if (facts.kind !== 'esm' || scope.kind !== 'Module' || typeof value !== 'object' || value === null || facts.file === undefined) return undefined
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
  if (dataProperty(value, '__esModule') === true) return true
  // What esbuild's `__toESM` makes of a module that was required.
  return /^import_/.test(name) && Object.hasOwn(value, 'default') && knownReference(value) === undefined
}

function readMember(module: object, member: string): unknown {
  try {
    return Reflect.get(module, member)
  } catch {
    return undefined // not initialised yet
  }
}

interface Found {
  readonly scope: SeenScope
  readonly value?: unknown
  readonly uninitialised?: boolean
}

/** The variable `name`. One that is not initialised throws on Node 22 and later and is `undefined` before; it counts as `undefined`. */
function find(scopes: readonly SeenScope[], name: string): Found | undefined {
  for (const scope of scopes) {
    if (scope.kind === 'Global') return undefined
    try {
      if (Object.hasOwn(scope.variables, name)) return { scope, value: scope.variables[name] }
    } catch (error) {
      if ((error as Error | undefined)?.name === 'ReferenceError') return { scope, uninitialised: true }
      throw error
    }
  }
  return undefined
}

const keyOf = (name: string, { scope }: Found, { inspected: { scopes }, facts }: Subject): string =>
  `${facts.script.id}:${scopes.length - scopes.indexOf(scope)}:${name}`

function isStrict(fn: object, source: string, facts: ScriptFacts): boolean {
  if (Object.hasOwn(fn, 'caller')) return false
  return facts.strict || source.startsWith('class') || (source.startsWith('function') && !source.startsWith('function*'))
}

const ofEveryFunction = new Set<string | symbol>(['length', 'name', 'prototype', 'arguments', 'caller'])

/** What a function has besides its code. */
function extrasOf(subject: Subject): (readonly [string, unknown])[] {
  const { fn, analysis } = subject
  const { ties } = analysis
  const extras: [string, unknown][] = ownFields(fn, analysis.class ? staticsOf(analysis) : ofEveryFunction)
  // The name of a class can be seen (`constructor.name`) and tells instances apart; that of a function is a matter of taste.
  if (analysis.class) extras.push(['class', nameOf(fn)])
  if (ties.arguments) extras.push(['arguments', Array.from((find(subject.inspected.scopes, 'arguments')?.value ?? []) as unknown[])])
  if (ties.this && analysis.source.form === 'arrow') extras.push(['this', outerThis(subject)])
  const prototype = dataProperty(fn, 'prototype')
  if (typeof prototype === 'object' && prototype !== null && !('generator' in analysis.source.node && analysis.source.node.generator)) {
    extras.push(...membersOf(prototype, analysis))
  }
  return extras
}

const ownFields = (fn: object, skipped: ReadonlySet<string | symbol>): [string, unknown][] =>
  Reflect.ownKeys(fn)
    .filter((key) => !ofEveryFunction.has(key) && !skipped.has(key) && Object.prototype.propertyIsEnumerable.call(fn, key))
    .map((key): [string, unknown] => [`property ${String(key)}`, dataProperty(fn, key)])
    .sort(byName)

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)

/** Static fields as the class's text has them; what they hold by now may be state. */
function staticsOf({ source: { node } }: Analysis): Set<string> {
  const members = 'superClass' in node ? node.body.body : []
  return new Set(
    members.flatMap((member) => (member.type === 'PropertyDefinition' && member.static && member.key.type === 'Identifier' ? [member.key.name] : [])),
  )
}

/** What was put on a prototype by assignment, and what it inherits from. */
function membersOf(prototype: object, analysis: Analysis): [string, unknown][] {
  const members = Reflect.ownKeys(prototype)
    .filter((key) => key !== 'constructor' && Object.prototype.propertyIsEnumerable.call(prototype, key))
    .map((key): [string, unknown] => [`member ${String(key)}`, dataProperty(prototype, key)])
    .sort(byName)
  const parent = Object.getPrototypeOf(prototype) as object | null
  const inherits = !analysis.class && parent !== null && parent !== Object.prototype
  return inherits ? [...members, ['parent', dataProperty(parent, 'constructor')]] : members
}

/** The `this` of an arrow function; where it cannot be read, nothing. */
function outerThis({ fn, source, inspected, facts, analysis }: Subject): unknown {
  const { offset } = startOf(source, inspected, facts)
  if (facts.kind === 'esm' && offset >= 0 && isTopLevelAt(facts.syntax(), offset)) return undefined
  try {
    return captureThis(fn, analysis.source, new Draft({ inspected: new WeakMap(), parcels: new WeakMap(), copies: new Map() }, undefined))
  } catch {
    return undefined
  }
}

/** A function's name, without running code of it. */
export function nameOf(fn: object): string {
  const name = dataProperty(fn, 'name')
  return typeof name === 'string' ? name : ''
}

