/** Captured imports that may change travel as members of their module's namespace, which is always up to date. */

import type { FunctionNode } from '../parcel/parcel.js'
import { liveEdits, mayChange } from '../source/live-imports.js'
import type { Edit } from '../source/source-form.js'
import type { BoundVariable } from './bindings.js'
import { importNode, staysBehind } from './bindings.js'
import type { Draft } from './draft.js'

interface Into {
  readonly node: FunctionNode
  readonly edits: Edit[]
  readonly draft: Draft
}

/** Describe an import that its module may assign again, if a worker imports that module too; whether it was one. */
export function describeLiveImport({ name, variable, scope, facts }: BoundVariable, { node, edits, draft }: Into): boolean {
  if (facts.kind !== 'esm' || scope.kind !== 'Module') return false
  const [imported, { url }] = [facts.importOf(name), facts.script]
  if (imported === undefined || !mayChange(imported, url) || staysBehind(imported.specifier, url)) return false
  const namespace = `$$from_${name}`
  node.scope.push([namespace, importNode({ ...imported, name: '*' }, url, draft)])
  edits.push(...liveEdits(variable.mentions, { local: name, path: `${namespace}.${imported.name}` }))
  return true
}
