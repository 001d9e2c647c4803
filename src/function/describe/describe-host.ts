/** Objects of Node and the engine that say themselves how to make them again. */
import { Channel, channel, tracingChannel } from 'node:diagnostics_channel'
import * as types from 'node:util/types'
import { dataProperty } from '../../codec/own-properties.js'
import { weakEntries } from '../engine/inspect.js'
import { whyNoInspector } from '../engine/inspector.js'
import { lazyGlobals } from '../found/global-names.js'
import { idsToSend } from '../found/identity.js'
import { lateReference } from '../found/late-globals.js'
import type { ParcelNode, Path, Slot } from '../parcel/parcel.js'
import { describeNodeObject } from './describe-node.js'
import { describeTemporal } from './describe-temporal.js'
import type { Draft } from './draft.js'
import { addParts } from './object-parts.js'

/** Describe a URL, an Intl formatter, a WeakMap …; `undefined` for anything else. */
export function describeHost(object: object, draft: Draft): Slot | undefined {
  if ((types.isWeakMap(object) || types.isWeakSet(object)) && whyNoInspector() !== undefined)
    draft.fail('it is a WeakMap or WeakSet, whose entries cannot be read here', 'use a Map or Set')
  // The namespaces `Temporal` and `WebAssembly`.
  const late = (lazyGlobals as ReadonlySet<unknown>).has(dataProperty(object, Symbol.toStringTag)) ? lateReference(object) : undefined
  if (late !== undefined) return draft.add(object, late)
  if (types.isWeakMap(object)) return describeWeakMap(object, draft)
  if (types.isWeakSet(object)) return describeWeakSet(object, draft)
  const named = describeChannel(object, draft) ?? describeTemporal(object, draft) ?? describeNodeObject(object, draft)
  if (named !== undefined) return named
  const recipe = recipeOf(object)
  return recipe === undefined ? undefined : construct(object, recipe, draft)
}

function construct(object: object, { path, args }: Recipe, draft: Draft): Slot {
  const node: ParcelNode & { t: 'construct' } = { t: 'construct', path, args: args.map((arg) => draft.slot(arg)) }
  const slot = draft.add(object, node)
  const usual = Object.getPrototypeOf(object) as object
  // Node keeps what it knows of a text coder under symbols of its own.
  const coder = path[0] === 'TextEncoder' || path[0] === 'TextDecoder'
  addParts(node, object, { draft, usual, skipped: (key) => coder && typeof key === 'symbol' })
  return slot
}

/** A diagnostics channel is known by its name everywhere; libraries keep theirs in a variable. */
function describeChannel(object: object, draft: Draft): Slot | undefined {
  if (object instanceof Channel) return call(object, { maker: channel, args: [String(object.name)] }, draft)
  const start = dataProperty(object, 'start')
  // `undefined instanceof Channel` throws: the class has a test of its own.
  const traced =
    typeof start === 'object' && start !== null && start instanceof Channel
      ? /^tracing:(.*):start$/.exec(String(start.name))?.[1]
      : undefined
  return traced === undefined || Object.getPrototypeOf(object) === Object.prototype
    ? undefined
    : call(object, { maker: tracingChannel, args: [traced] }, draft)
}

const call = (object: object, { maker, args }: { maker: object; args: readonly Slot[] }, draft: Draft): Slot =>
  draft.add(object, { t: 'call', maker: draft.slot(maker), args: [...args] })

interface Recipe {
  readonly path: Path
  readonly args: readonly unknown[]
}

/** What `new` is called with; only for exact instances, since a subclass may hold more. */
function recipeOf(object: object): Recipe | undefined {
  const { constructor: maker } = object
  if (Object.getPrototypeOf(object) !== maker?.prototype) return undefined
  if (object instanceof URL && maker === URL) return { path: ['URL'], args: [object.href] }
  if (object instanceof URLSearchParams && maker === URLSearchParams) return { path: ['URLSearchParams'], args: [object.toString()] }
  if (object instanceof TextEncoder) return { path: ['TextEncoder'], args: [] }
  if (object instanceof TextDecoder)
    return { path: ['TextDecoder'], args: [object.encoding, { fatal: object.fatal, ignoreBOM: object.ignoreBOM }] }
  return intlRecipe(object)
}

const intlClasses = [
  'NumberFormat',
  'DateTimeFormat',
  'Collator',
  'PluralRules',
  'RelativeTimeFormat',
  'ListFormat',
  'Segmenter',
  'DisplayNames',
  'DurationFormat',
]

function intlRecipe(object: object): Recipe | undefined {
  if (object instanceof Intl.Locale) return { path: ['Intl', 'Locale'], args: [object.toString()] }
  const name = intlClasses.find((candidate) => Object.getPrototypeOf(object) === prototypeIn(candidate))
  if (name === undefined) return undefined
  const { locale, ...options } = (object as Intl.NumberFormat).resolvedOptions()
  return { path: ['Intl', name], args: [locale, options] }
}

const prototypeIn = (name: string): unknown => (Reflect.get(Intl, name) as { prototype: unknown } | undefined)?.prototype

function describeWeakMap(map: object, draft: Draft): Slot {
  const node: ParcelNode & { t: 'weak-map' } = { t: 'weak-map', entries: [], ids: idsToSend(map) }
  const slot = draft.add(map, node)
  draft.weak.push({ entries: weakEntries(map), add: (key, value) => node.entries.push([draft.slot(key), draft.slot(value)]) })
  return slot
}

function describeWeakSet(set: object, draft: Draft): Slot {
  const node: ParcelNode & { t: 'weak-set' } = { t: 'weak-set', items: [], ids: idsToSend(set) }
  const slot = draft.add(set, node)
  draft.weak.push({ entries: weakEntries(set), add: (key) => node.items.push(draft.slot(key)) })
  return slot
}

/** An entry of a weak collection travels if its key does; its value may bring further keys along. */
export function addWeakEntries(draft: Draft): void {
  for (let grown = true; grown; ) {
    grown = false
    for (const { entries, add } of draft.weak) {
      const all = entries.splice(0)
      const travelling = all.filter(([key]) => draft.has(key))
      entries.push(...all.filter(([key]) => !draft.has(key)))
      for (const [key, value] of travelling) add(key, value)
      draft.describePending()
      grown ||= travelling.length > 0
    }
  }
}
