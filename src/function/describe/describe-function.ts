/** Functions: by reference where a worker can find the very same one, by value otherwise. */
import { relative } from 'node:path'
import * as types from 'node:util/types'
import { dataProperty } from '../../codec/own-properties.js'
import type { Binding } from '../engine/inspect.js'
import { whyNoInspector } from '../engine/inspector.js'
import { lateReference } from '../found/late-globals.js'
import { keepOriginal } from '../found/provenance.js'
import type { ParcelNode, Slot } from '../parcel/parcel.js'
import type { ScriptFacts } from '../script/function-script.js'
import { inspectOnce, scriptOfFunction } from '../script/function-script.js'
import { describeByValue } from './capture.js'
import { describeReduced } from './describe-reduced.js'
import type { Draft } from './draft.js'
import { describePromisified } from './promisified.js'
import { referenceOf } from './reference.js'
import { describeUninspected } from './uninspected.js'

/** Describe a function that is met for the first time. */
export function describeFunction(fn: object, draft: Draft): Slot {
  const label = (): string => labelOf(fn)
  return draft.at(label, () => {
    if (types.isProxy(fn)) draft.fail('it is a Proxy around a function', 'pass the function itself')
    return describeReduced(fn, draft) ?? (whyNoInspector() === undefined ? describeInspected(fn, draft) : describeUninspected(fn, draft))
  })
}

/** The name of a function in messages: `function 'render'`. */
export function labelOf(fn: object): string {
  const name = dataProperty(fn, 'name')
  return typeof name === 'string' && name !== '' ? `function '${name}'` : 'a function without a name'
}

function describeInspected(fn: object, draft: Draft): Slot {
  const inspected = inspectOnce(fn, draft.run)
  if (inspected.bound !== undefined) return describeBound(fn, inspected.bound, draft)
  const source = Function.prototype.toString.call(fn)
  const facts = scriptOfFunction(source, inspected)
  if (facts === undefined || facts.kind === 'node') {
    const promisified = facts && describePromisified(fn, inspected, draft)
    return promisified ?? describeLate(fn, facts, draft)
  }
  const reference = referenceOf(fn, source, { inspected, facts })
  if (reference !== undefined) {
    keepOriginal(fn, reference)
    return draft.add(fn, reference)
  }
  draft.rename(() => `${labelOf(fn)} (${shortPath(facts)}:${(inspected.place?.line ?? 0) + 1})`)
  return describeByValue(fn, { source, inspected, facts }, draft)
}

function describeLate(fn: object, facts: ScriptFacts | undefined, draft: Draft): Slot {
  const late = lateReference(fn)
  if (late !== undefined) return draft.add(fn, late)
  return facts === undefined
    ? draft.fail('it is native, and no global or builtin module leads to it', 'wrap what it does in a function of your own')
    : draft.fail(
        'it is an internal function of Node (lives in this process only)',
        draft.returns ? 'return plain data instead of the object it belongs to' : 'create the object it belongs to inside the function',
      )
}

function describeBound(fn: object, { target, self, args }: Binding, draft: Draft): Slot {
  const node: ParcelNode & { t: 'bound' } = { t: 'bound', target: undefined, self: undefined, args: [] }
  const slot = draft.add(fn, node)
  node.target = draft.at('what it is bound to call', () => draft.slot(target))
  node.self = draft.at("bound 'this'", () => draft.slot(self))
  node.args = args.map((arg, i) => draft.at(`bound argument ${i + 1}`, () => draft.slot(arg)))
  return slot
}

function shortPath({ file, script }: ScriptFacts): string {
  if (file === undefined) return script.url === '' ? 'made from a string' : script.url
  const path = relative(process.cwd(), file)
  return path.startsWith('..') ? file : path
}
