/** Values that are the same thing in every process, by identity: `Math.sqrt`, `Array.prototype.slice`, `path.join` of `node:path`. */
import { builtinModules } from 'node:module'
import { dataProperty, isObject } from '../../codec/own-properties.js'
import { homeClass, homePrototype } from '../../codec/realm.js'
import type { Path, ReferenceNode } from '../parcel/parcel.js'
import { lazyGlobals, standardGlobals } from './global-names.js'
import { intrinsics } from './intrinsics.js'

/** Where a worker finds `value`, if every worker has it. */
export function knownReference(value: object | symbol): ReferenceNode | undefined {
  const path = globalPath(value)
  if (path !== undefined) return { t: 'global', path }
  if (typeof value === 'symbol') return undefined
  const home = typeof value === 'function' ? homeClass(value) : homePrototype(value)
  if (home !== null && home !== value) return knownReference(home)
  const builtin = builtinOf(value)
  if (builtin !== undefined) return { t: 'builtin', ...builtin }
  const late = lateGlobal(value)
  return late && { t: 'global', path: late }
}

/** The path from the global object to `value`. */
export const globalPath = (value: unknown): Path | undefined => globals().get(value)

/** The builtin module that exports `value`, and where. */
export function builtinOf(value: unknown): { module: string; path: Path } | undefined {
  return builtins().get(value)
}

let globalTable: Map<unknown, Path> | undefined

function globals(): ReadonlyMap<unknown, Path> {
  if (globalTable !== undefined) return globalTable
  globalTable = new Map<unknown, Path>([[globalThis, []]])
  for (const name of Object.getOwnPropertyNames(Symbol)) {
    const value: unknown = Reflect.get(Symbol, name)
    if (typeof value === 'symbol') globalTable.set(value, ['Symbol', name])
  }
  for (const name of standardGlobals) if (!lazyGlobals.has(name)) addGlobal(globalTable, name)
  for (const [name, value] of Object.entries(intrinsics)) if (!globalTable.has(value)) globalTable.set(value, [name])
  globalTable.set(process.env, ['process', 'env'])
  return globalTable
}

/** Add the global `name`, and two levels of what hangs on it, to `table`. */
export function addGlobal(table: Map<unknown, Path>, name: string): void {
  const value: unknown = Reflect.get(globalThis, name)
  if (!isObject(value) || table.has(value)) return
  table.set(value, [name])
  // What hangs on `process` is this process's own state, but for its functions.
  addMembers(value, [name], { table, depth: 2, accept: name === 'process' ? (member) => typeof member === 'function' : isObject })
}

interface Collecting {
  readonly table: Map<unknown, Path>
  readonly depth: number
  readonly accept: (member: unknown) => boolean
}

function addMembers(of: object, path: Path, { table, depth, accept }: Collecting): void {
  for (const key of Object.getOwnPropertyNames(of)) {
    const { value, get, set } = Object.getOwnPropertyDescriptor(of, key) as PropertyDescriptor
    if (get && !table.has(get)) table.set(get, [...path, { get: key }])
    if (set && !table.has(set)) table.set(set, [...path, { set: key }])
    if (!isObject(value) || !accept(value) || table.has(value)) continue
    table.set(value, [...path, key])
    if (depth > 0) addMembers(value, [...path, key], { table, depth: depth - 1, accept })
  }
}

const builtinTable = new Map<unknown, { module: string; path: Path }>()
const builtinsSeen = new Set<string>()
let loadedBefore = -1

/** Builtin modules that this process has loaded, and two levels of what they export. Asked for every captured object: nothing new must cost nothing. */
function builtins(): ReadonlyMap<unknown, { module: string; path: Path }> {
  const { moduleLoadList = [] } = process as { moduleLoadList?: readonly string[] }
  if (moduleLoadList.length === loadedBefore) return builtinTable
  loadedBefore = moduleLoadList.length
  const loaded = new Set(moduleLoadList.map((entry) => entry.replace(/^NativeModule /, '')))
  for (const name of builtinModules) {
    const bare = name.replace(/^node:/, '')
    if (loaded.has(bare) && !builtinsSeen.has(bare) && !shunned.has(bare) && !bare.startsWith('_')) addBuiltin(bare)
  }
  return builtinTable
}

// `process` is a global, and touching `punycode` prints a deprecation.
const shunned = new Set(['process', 'punycode', 'sys'])

// Exports that are loaded when they are first asked for (`net.SocketAddress`, `util.MIMEType`), by name; looked at only for a class of that name.
const lateExports = new Map<string, string[]>()

/** Where a builtin module exports a class that it loads late, once the program has it in hand. */
export function lateBuiltin(value: object): ReferenceNode | undefined {
  builtins()
  const name = typeof value === 'function' ? dataProperty(value, 'name') : undefined
  const modules = typeof name === 'string' ? (lateExports.get(name) ?? []) : []
  const module = modules.find((one) => Reflect.get(process.getBuiltinModule(one) as object, name as string) === value)
  return module === undefined ? undefined : { t: 'builtin', module, path: [name as string] }
}

function noteLateExports(exported: object, module: string): void {
  for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(exported)))
    if (get !== undefined) lateExports.set(name, [...(lateExports.get(name) ?? []), module])
}

function addBuiltin(name: string): void {
  builtinsSeen.add(name)
  const module = `node:${name}`
  const exported: unknown = process.getBuiltinModule(module)
  if (!isObject(exported) || globals().has(exported)) return
  if (!builtinTable.has(exported)) builtinTable.set(exported, { module, path: [] })
  noteLateExports(exported, module)
  const table = new Map<unknown, Path>()
  addMembers(exported, [], { table, depth: 1, accept: (member) => !globals().has(member) })
  for (const [value, path] of table) if (!builtinTable.has(value) && !globals().has(value)) builtinTable.set(value, { module, path })
}

/** A lazily loaded global, found by its own name once the program has it in hand. */
function lateGlobal(value: object): Path | undefined {
  const name = typeof value === 'function' ? dataProperty(value, 'name') : undefined
  if (typeof name !== 'string' || !lazyGlobals.has(name)) return undefined
  return Reflect.get(globalThis, name) === value ? [name] : undefined
}

/** Each process has its own standard streams, under the same names. */
export function standardStream(stream: object): ReferenceNode | undefined {
  const { fd } = stream as { fd?: unknown }
  const name = fd === 0 ? 'stdin' : fd === 1 ? 'stdout' : fd === 2 ? 'stderr' : undefined
  return name !== undefined && process[name] === stream ? { t: 'global', path: ['process', name] } : undefined
}
