/** What `util.promisify` gives: a function of Node's own that captured the user's. It travels as that call. */

import type { Inspected } from '../engine/inspect.js'
import type { ParcelNode, Slot } from '../parcel/parcel.js'
import type { Draft } from './draft.js'

/** Describe a function of Node's that `promisify` made; `undefined` for any other. */
export function describePromisified(fn: object, { scopes }: Inspected, draft: Draft): Slot | undefined {
  const original = scopes
    .flatMap(({ kind, variables }) => (kind === 'Closure' ? [variables['original'], variables['orig']] : []))
    .find((value) => isOriginal(value, fn))
  if (original === undefined) return undefined
  const node: ParcelNode & { t: 'call' } = { t: 'call', maker: undefined, args: [] }
  const slot = draft.add(fn, node)
  node.maker = draft.slot(util().promisify)
  node.args = [draft.at('what it promisifies', () => draft.slot(original))]
  return slot
}

/** Promisified twice, a function gives two that share their text; `execFile` and its like carry their own. */
function isOriginal(value: unknown, fn: object): boolean {
  if (typeof value !== 'function') return false
  const again: object = util().promisify(value as (done: () => void) => void)
  return again === fn || Function.prototype.toString.call(again) === Function.prototype.toString.call(fn)
}

// Importing it would cost the first task 5 ms on Node 22 and later.
const util = (): typeof import('node:util') => process.getBuiltinModule('node:util')
