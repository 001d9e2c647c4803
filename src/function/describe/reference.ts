/** Whether a function is an export that a worker can import; decided without importing anything. */

import { pathToFileURL } from 'node:url'
import * as types from 'node:util/types'
import { dataProperty, isObject } from '../../codec/own-properties.js'
import type { Inspected } from '../engine/inspect.js'
import { mustTravelByValue } from '../found/by-value.js'
import { currentLook, loadedModule } from '../found/loaded.js'
import { keepExport } from '../found/provenance.js'
import type { ReferenceNode } from '../parcel/parcel.js'
import type { ScriptFacts } from '../script/function-script.js'
import { startOf } from '../script/function-script.js'

/** The export that `fn` is, if its own module exports it and is not the entry. */
export function referenceOf(
  fn: object,
  source: string,
  { inspected, facts }: { inspected: Inspected; facts: ScriptFacts },
): ReferenceNode | undefined {
  if (facts.kind === 'cjs') return commonReference(fn, facts)
  if (facts.kind !== 'esm' || mustTravelByValue(facts.script.url) || !/^(file|https?):/.test(facts.script.url)) return undefined
  return moduleReference(fn, { inspected, facts }) ?? defaultReference(fn, source, { inspected, facts })
}

function commonReference(fn: object, { file }: ScriptFacts): ReferenceNode | undefined {
  if (file === undefined || mustTravelByValue(pathToFileURL(file).href)) return undefined
  const exported = loadedModule(file)?.exports
  if (exported === fn) return { t: 'require', file, path: [] }
  const path = membersOf(file, () => [{ path: [], value: exported }], 3).get(fn)
  return path && { t: 'require', file, path }
}

function moduleReference(fn: object, { inspected, facts }: { inspected: Inspected; facts: ScriptFacts }): ReferenceNode | undefined {
  const variables = inspected.scopes.find(({ kind }) => kind === 'Module')?.variables
  if (variables === undefined) return undefined
  const exported = [...facts.syntax().exported().names].map(([local, [name = local]]) => ({
    path: [name],
    value: readVariable(variables, local),
  }))
  // All exports themselves first: `fn` may also hang on one of them.
  const direct = exported.find(({ value }) => value === fn)
  if (direct !== undefined) return lasting(fn, { t: 'export', url: facts.script.url, path: direct.path })
  const path = membersOf(facts.script.url, () => exported, 2).get(fn)
  return path && { t: 'export', url: facts.script.url, path }
}

function lasting(fn: object, node: ReferenceNode): ReferenceNode {
  keepExport(fn, node)
  return node
}

/** `export default () => …` has no variable: its place in the text tells. */
function defaultReference(
  fn: object,
  source: string,
  { inspected, facts }: { inspected: Inspected; facts: ScriptFacts },
): ReferenceNode | undefined {
  const range = facts.syntax().exported().defaultRange
  if (range === undefined) return undefined
  const { offset } = startOf(source, inspected, facts)
  const isDefault = offset === range.start && offset + source.length === range.end
  return isDefault ? lasting(fn, { t: 'export', url: facts.script.url, path: ['default'] }) : undefined
}

function readVariable(variables: Record<string, unknown>, name: string): unknown {
  try {
    return variables[name]
  } catch {
    return undefined // not initialised yet
  }
}

// Longer arrays are data.
const longArray = 64

interface Found {
  readonly path: readonly string[]
  readonly value: unknown
}

let tables = new Map<string, ReadonlyMap<unknown, readonly string[]>>()
let madeAt = -1

/** The functions that hang on what a module exports, not deeper than `depth`; listed once per description, or large libraries would cost seconds. */
function membersOf(module: string, exported: () => readonly Found[], depth: number): ReadonlyMap<unknown, readonly string[]> {
  const look = currentLook()
  if (look !== madeAt) tables = new Map()
  madeAt = look
  let table = tables.get(module)
  if (table === undefined) tables.set(module, (table = listMembers(exported(), depth)))
  return table
}

/** Level by level, so that the shortest way to each is the one that is kept. */
function listMembers(roots: readonly Found[], depth: number): ReadonlyMap<unknown, readonly string[]> {
  const table = new Map<unknown, readonly string[]>()
  const seen = new Set(roots.map(({ value }) => value))
  let level = roots
  for (let left = depth; left > 0; left--) {
    const next: Found[] = []
    for (const { path, value: holder } of level) {
      if (!isOpen(holder)) continue
      for (const key of namesOf(holder)) {
        const value = member(holder, key)
        if (((typeof value !== 'object' || value === null) && typeof value !== 'function') || seen.has(value)) continue
        seen.add(value)
        const found = { path: [...path, key], value }
        if (typeof value === 'function') table.set(value, found.path)
        next.push(found)
      }
    }
    level = next
  }
  return table
}

const isOpen = (value: unknown): value is object =>
  isObject(value) && !types.isProxy(value) && !(Array.isArray(value) && value.length > longArray) && !ArrayBuffer.isView(value)

const namesOf = (object: object): string[] =>
  Object.getOwnPropertyNames(object).filter((name) => !['caller', 'arguments', 'constructor'].includes(name))

/** A member without running code: getters are followed only on what a compiler made from ES exports, where they are plain bindings. */
function member(object: object, key: string): unknown {
  if (dataProperty(object, '__esModule') !== true) return dataProperty(object, key)
  try {
    return Reflect.get(object, key)
  } catch {
    return undefined
  }
}
