/** What a function is that has code: its text, what its variables stand for, what hangs on it. */

import { dataProperty } from '../../codec/own-properties.js'
import { captureThis } from '../describe/capture-this.js'
import { Draft } from '../describe/draft.js'
import { findVariable } from '../engine/variable.js'
import { packageFolder } from '../found/packages.js'
import { startOf } from '../script/function-script.js'
import { newRun } from '../script/run-facts.js'
import type { Analysis } from '../source/analysis.js'
import { isTopLevelAt } from '../source/module-syntax.js'
import type { CanonicalCode } from './canonical-code.js'
import { canonicalCode } from './canonical-code.js'
import type { IsOnlyOne, Meaning, Subject } from './meaning.js'
import { keyOf, meaningOf } from './meaning.js'
import { isMadeOnce } from './module-scope.js'

/** A function with code. */
export interface CodeIdentity {
  readonly t: 'code'
  readonly code: CanonicalCode
  /** One for each slot of the code. */
  readonly meanings: readonly Meaning[]
  /** Own properties and the like, by name. */
  readonly extras: readonly (readonly [name: string, value: unknown])[]
  /** Whether there is one of it in its module; without it, there may be many. */
  readonly isOnlyOne?: IsOnlyOne
  /** Keys of the variables that it assigns. */
  readonly writes: readonly string[]
  /** The folder of its package, whose place on this machine does not count. */
  readonly folder: string | undefined
}

/** Put together what `subject` is. */
export function codeIdentity(subject: Subject): CodeIdentity {
  const { analysis, facts, inspected } = subject
  const code = canonicalCode(analysis)
  const writes = [...analysis.variables].flatMap(([name, { written }]) => {
    const found = written ? findVariable(inspected.scopes, name) : undefined
    return found === undefined ? [] : [keyOf(name, found, subject)]
  })
  return {
    t: 'code',
    code,
    meanings: code.slots.map((slot) => meaningOf(slot, subject)),
    extras: extrasOf(subject),
    isOnlyOne: () => isMadeOnce(subject),
    writes,
    folder: facts.file === undefined ? undefined : packageFolder(facts.file),
  }
}

const ofEveryFunction = new Set<string | symbol>(['length', 'name', 'prototype', 'arguments', 'caller'])

/** What a function has besides its code. */
function extrasOf(subject: Subject): (readonly [string, unknown])[] {
  const { fn, analysis } = subject
  const { ties } = analysis
  const extras: [string, unknown][] = ownFields(fn, analysis.class ? staticsOf(analysis) : ofEveryFunction)
  // The name of a class can be seen (`constructor.name`) and tells instances apart; that of a function is a matter of taste.
  if (analysis.class) extras.push(['class', nameOf(fn)])
  if (ties.arguments)
    extras.push(['arguments', Array.from((findVariable(subject.inspected.scopes, 'arguments')?.value ?? []) as unknown[])])
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
    members.flatMap((member) =>
      member.type === 'PropertyDefinition' && member.static && member.key.type === 'Identifier' ? [member.key.name] : [],
    ),
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
    return captureThis(fn, analysis.source, new Draft(newRun(), undefined))
  } catch {
    return undefined
  }
}

/** A function's name, without running code of it. */
export function nameOf(fn: object): string {
  const name = dataProperty(fn, 'name')
  return typeof name === 'string' ? name : ''
}
