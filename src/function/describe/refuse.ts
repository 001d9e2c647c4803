/** Objects that live in one process only: which they are, and what to do instead. */
import * as types from 'node:util/types'
import { dataProperty } from '../../codec/own-properties.js'
import { homePrototypeOf } from '../../codec/realm.js'
import { builtinOf, globalPath, standardStream } from '../found/known.js'
import { lateReference } from '../found/late-globals.js'
import type { ParcelNode } from '../parcel/parcel.js'
import { isNodeInternal } from '../script/function-script.js'
import type { Draft } from './draft.js'

/** Fail for what cannot travel; a reference for the few host objects that every process has of its own. */
export function refuse(object: object, draft: Draft): ParcelNode | undefined {
  const why = refusals.find(([is]) => is(object))
  if (why !== undefined) draft.fail(why[1], draft.returns ? (why[3] ?? whenReturned) : why[2])
  const host = hostClass(object, draft)
  if (host === undefined) return undefined
  const known = standardStream(object) ?? lateReference(object)
  if (known !== undefined) return known
  const advice = readable[host] ?? (draft.returns ? whenReturned : 'create it inside the function')
  return draft.fail(`it is ${/^[AEIO]/.test(host) ? 'an' : 'a'} ${host} (lives in this process only)`, advice)
}

const whenReturned = 'return what you need of it as plain data'

type Refusal = readonly [is: (object: object) => boolean, reason: string, advice: string, whenReturned?: string]

/** What can be sent in the place of an object whose contents only its own methods give. */
const readable: Readonly<Record<string, string>> = {
  Blob: 'send its bytes: await blob.arrayBuffer()',
  File: 'send its bytes: await file.arrayBuffer()',
  Request: 'send its parts: url, method, headers and await request.arrayBuffer()',
  Response: 'send its parts: status, headers and await response.arrayBuffer()',
  FormData: 'send its entries: [...form]',
  CryptoKey: "send it as data: await crypto.subtle.exportKey('jwk', key)",
  BlockList: 'send its rules, and make a new one of them',
  PerformanceEntry: 'send its fields: entry.toJSON()',
  PerformanceMeasure: 'send its fields: measure.toJSON()',
  PerformanceResourceTiming: 'send its fields: timing.toJSON()',
}

const refusals: readonly Refusal[] = [
  [types.isPromise, 'it is a Promise', 'await it before the task is made', 'await it before it is returned'],
  [
    types.isGeneratorObject,
    'it is a generator that is already running',
    'collect it into an array first',
    'collect it into an array first',
  ],
  [
    (object) => types.isMapIterator(object) || types.isSetIterator(object),
    'it is an iterator that is already running',
    'collect it into an array first',
    'collect it into an array first',
  ],
  [(object) => object instanceof WeakRef, 'it is a WeakRef', 'pass what it points to', 'return what it points to'],
  [(object) => object instanceof FinalizationRegistry, 'it is a FinalizationRegistry', 'create it inside the function'],
  [types.isExternal, 'it is a native handle', 'create it inside the function'],
]

// Classes of the language whose instances are known by their contents, and what inherits from them.
const harmless = new Set<unknown>([Object, Function, Array, Map, Set, Date, RegExp, Error, Number, String, Boolean, Uint8Array, DataView])

const hostClasses = new WeakMap<object, string | false>()

/** The name of the nearest class in the chain that belongs to Node or to the engine. */
function hostClass(object: object, draft: Draft): string | undefined {
  const first = homePrototypeOf(object)
  if (first === null || first === Object.prototype) return undefined
  let known = hostClasses.get(first)
  if (known === undefined) hostClasses.set(first, (known = findHostClass(first, draft) ?? false))
  return known === false ? undefined : known
}

function findHostClass(first: object, draft: Draft): string | undefined {
  for (let proto: object | null = first; proto !== null && proto !== Object.prototype; proto = homePrototypeOf(proto)) {
    const maker = dataProperty(proto, 'constructor')
    if (typeof maker !== 'function') {
      if (globalPath(proto) !== undefined) return String(dataProperty(proto, Symbol.toStringTag) ?? 'host object')
      continue
    }
    if (harmless.has(maker)) continue
    if (globalPath(maker) !== undefined || builtinOf(maker) !== undefined || isNodeInternal(maker, draft.run))
      return maker.name || 'host object'
  }
  return undefined
}
