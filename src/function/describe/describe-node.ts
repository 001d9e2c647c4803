/** Objects of Node that are nothing but their fields, or that their constructor makes again from what they show. */
import type { KeyObject, X509Certificate } from 'node:crypto'
import type { Dirent } from 'node:fs'
import type { SocketAddress } from 'node:net'
import type { PerformanceEntry } from 'node:perf_hooks'
import * as types from 'node:util/types'
import { dataProperty } from '../../codec/own-properties.js'
import { hostPrototype } from '../found/host-prototypes.js'
import type { ObjectParts, ParcelNode, Slot } from '../parcel/parcel.js'
import type { Draft } from './draft.js'
import { addParts } from './object-parts.js'

/** Describe what `fs.statSync`, `fs.readdirSync`, `url.parse`, `crypto.createSecretKey` … give; `undefined` for anything else. */
export function describeNodeObject(object: object, draft: Draft): Slot | undefined {
  const prototype = Object.getPrototypeOf(object) as object | null
  const maker = prototype === null ? undefined : dataProperty(prototype, 'constructor')
  if (typeof maker !== 'function') return undefined
  // Asking for the kind loads what Node has for keys, so the name is looked at first.
  if (/^(Secret|Public|Private)KeyObject$/.test(maker.name) && types.isKeyObject(object)) return describeKey(object, draft)
  return fieldsOnly.has(maker.name) ? describeFields(object, `%${maker.name}Prototype`, draft) : describeMade(object, maker.name, draft)
}

const fieldsOnly: ReadonlySet<string> = new Set(['Stats', 'BigIntStats', 'StatFs', 'Url'])

function describeFields(object: object, path: string, draft: Draft): Slot | undefined {
  const usual = Object.getPrototypeOf(object) as object
  if (hostPrototype(path) !== usual) return undefined
  const proto = draft.once(path, { t: 'global', path: [path] })
  const node: ParcelNode & ObjectParts = { t: 'object', proto }
  const slot = draft.add(object, node)
  addParts(node, object, { draft, usual })
  return slot
}

/** The module that exports a class, none for a global, and what its constructor is called with. */
type Recipe = readonly [from: string | undefined, argsOf: (object: never) => readonly unknown[]]

const recipes: Readonly<Record<string, Recipe>> = {
  Dirent: ['node:fs', (entry: Dirent & { path?: string }) => [entry.name, typeOf(entry), entry.parentPath ?? entry.path]],
  MIMEType: ['node:util', (type: object) => [String(type)]],
  SocketAddress: ['node:net', ({ address, family, port, flowlabel }: SocketAddress) => [{ address, family, port, flowlabel }]],
  X509Certificate: ['node:crypto', ({ raw }: X509Certificate) => [raw]],
  PerformanceMark: [
    'node:perf_hooks',
    ({ name, startTime, detail }: PerformanceEntry & { detail?: unknown }) => [name, { startTime, detail }],
  ],
  Headers: [undefined, (headers: Headers) => [[...headers]]],
}

/** Only exact instances: a subclass may hold more. */
function describeMade(object: object, name: string, draft: Draft): Slot | undefined {
  if (!Object.hasOwn(recipes, name)) return undefined
  const [from, argsOf] = recipes[name] as Recipe
  // An instance is at hand, so this loads nothing.
  const Class: unknown = Reflect.get(from === undefined ? globalThis : process.getBuiltinModule(from as 'node:fs'), name)
  if (typeof Class !== 'function' || Class.prototype !== Object.getPrototypeOf(object)) return undefined
  const reference: ParcelNode = from === undefined ? { t: 'global', path: [name] } : { t: 'builtin', module: from, path: [name] }
  const args = [draft.once(`class ${name}`, reference), draft.slot(argsOf(object as never))]
  return describeCall(object, { maker: Reflect.construct, args }, draft)
}

/** What the directory says an entry is: kept under a symbol. */
const typeOf = (entry: object): unknown =>
  Object.getOwnPropertySymbols(entry)
    .map((key) => dataProperty(entry, key))
    .find((value) => typeof value === 'number')

function describeKey(key: KeyObject, draft: Draft): Slot {
  const crypto = process.getBuiltinModule('node:crypto')
  const remade = (maker: object, arg: unknown): Slot => describeCall(key, { maker, args: [draft.slot(arg)] }, draft)
  if (key.type === 'secret') return remade(crypto.createSecretKey, key.export())
  const format = 'der'
  return key.type === 'public'
    ? remade(crypto.createPublicKey, { key: key.export({ type: 'spki', format }), format, type: 'spki' })
    : remade(crypto.createPrivateKey, { key: key.export({ type: 'pkcs8', format }), format, type: 'pkcs8' })
}

function describeCall(object: object, { maker, args }: { maker: object; args: Slot[] }, draft: Draft): Slot {
  const node: ParcelNode & { t: 'call' } = { t: 'call', maker: draft.slot(maker), args }
  const slot = draft.add(object, node)
  // What Node keeps under symbols is made anew.
  addParts(node, object, { draft, usual: Object.getPrototypeOf(object) as object, skipped: (key) => typeof key === 'symbol' })
  return slot
}
