/** Objects that stand for a module, such as a namespace: they travel by the members in use. */

import type { Slot } from '../parcel/parcel.js'
import type { BoundVariable } from './bindings.js'
import type { Draft } from './draft.js'

/** Of an object that stands for a module: the members that the function names, or all of them where it does more than that. */
export function describeMembersInUse({ value, variable: { members } }: Pick<BoundVariable, 'value' | 'variable'>, draft: Draft): Slot {
  const module = value as Record<string, unknown>
  const props: [Slot, Slot][] = [...(members ?? Object.keys(module))].map((key) => [
    key,
    draft.at(`member '${key}'`, () => draft.slot(readMember(module, key, draft))),
  ])
  return draft.add(undefined, { t: 'object', proto: null, props })
}

function readMember(module: Record<string, unknown>, key: string, draft: Draft): unknown {
  try {
    return module[key]
  } catch {
    return draft.fail('it is not initialised yet', 'make the task after its declaration has run')
  }
}
