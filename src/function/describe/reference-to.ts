/** What stands for a value that every worker can find for itself. */
import { ownName } from '../../own.js'
import { mustTravelByValue } from '../found/by-value.js'
import { knownReference } from '../found/known.js'
import { moduleOf } from '../found/module-of.js'
import { isOrdinary } from '../found/ordinary.js'
import { exportOf, provenanceOf } from '../found/provenance.js'
import type { ParcelNode } from '../parcel/parcel.js'
import { isOfProgram } from '../script/function-script.js'
import type { RunFacts } from '../script/run-facts.js'

/** The reference that leads to `value`; `undefined` if it has to be described. */
export function referenceTo(value: object, run: RunFacts): ParcelNode | undefined {
  const name = ownName(value)
  if (name !== undefined) return { t: 'own', name }
  // The tables of what is known take 15 ms to make, once: not for a function of the program's own, nor for its data.
  return foundThrough(value) ?? (isOfProgram(value, run) || isOrdinary(value) ? undefined : knownReference(value))
}

/** The reference that `value` came by, unless a worker could not follow it. */
function foundThrough(value: object): ParcelNode | undefined {
  const node = provenanceOf(value) ?? exportOf(value)
  const module = node && moduleOf(node)
  return module !== undefined && mustTravelByValue(module) ? undefined : node
}
