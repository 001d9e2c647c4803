/** Whether a function is an export that a worker can import; decided without importing anything. */

import { pathToFileURL } from 'node:url'
import { types } from 'node:util'
import { mustTravelByValue } from './by-value.js'
import { dataProperty } from './describe-prototype.js'
import type { ScriptFacts } from './function-script.js'
import { startOf } from './function-script.js'
import type { Inspected } from './inspect.js'
import { loadedModule } from './loaded.js'
import type { ReferenceNode } from './parcel.js'

/** The export that `fn` is, if its own module exports it and is not the entry. */
export function referenceOf(
  fn: object,
  source: string,
  { inspected, facts }: { inspected: Inspected; facts: ScriptFacts },
): ReferenceNode | undefined {
  if (facts.kind === 'cjs') return commonReference(fn, facts)
  if (facts.kind !== 'esm' || mustTravelByValue(facts.script.url) || !/^(file|https?):/.test(facts.script.url)) return undefined
  return moduleReference(fn, { inspected, facts }) ?? defaultReference(source, { inspected, facts })
}

function commonReference(fn: object, { file }: ScriptFacts): ReferenceNode | undefined {
  if (file === undefined || mustTravelByValue(pathToFileURL(file).href)) return undefined
  const path = pathTo(fn, loadedModule(file)?.exports, 3)
  return path && { t: 'require', file, path }
}

function moduleReference(fn: object, { inspected, facts }: { inspected: Inspected; facts: ScriptFacts }): ReferenceNode | undefined {
  const variables = inspected.scopes.find(({ kind }) => kind === 'Module')?.variables
  if (variables === undefined) return undefined
  const exported = [...facts.syntax().exported().names].map(([local, [name = local]]) => ({ name, value: readVariable(variables, local) }))
  // All exports themselves first: `fn` may also hang on one of them.
  for (const depth of [0, 2]) {
    for (const { name, value } of exported) {
      const path = pathTo(fn, value, depth)
      if (path !== undefined) return { t: 'export', url: facts.script.url, path: [name, ...path] }
    }
  }
  return undefined
}

/** `export default () => …` has no variable: its place in the text tells. */
function defaultReference(source: string, { inspected, facts }: { inspected: Inspected; facts: ScriptFacts }): ReferenceNode | undefined {
  const range = facts.syntax().exported().defaultRange
  if (range === undefined) return undefined
  const { offset } = startOf(source, inspected, facts)
  const isDefault = offset === range.start && offset + source.length === range.end
  return isDefault ? { t: 'export', url: facts.script.url, path: ['default'] } : undefined
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

/** Property names from `root` to `target`, not deeper than `depth`. */
function pathTo(target: object, root: unknown, depth: number): string[] | undefined {
  if (root === target) return []
  if (depth === 0 || !isOpen(root)) return undefined
  for (const key of namesOf(root)) if (member(root, key) === target) return [key]
  for (const key of namesOf(root)) {
    const path = pathTo(target, member(root, key), depth - 1)
    if (path !== undefined) return [key, ...path]
  }
  return undefined
}

const isOpen = (value: unknown): value is object =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  !types.isProxy(value) &&
  !(Array.isArray(value) && value.length > longArray) &&
  !ArrayBuffer.isView(value)

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
