/** Where a value that came by reference was found: shipped on or back, it stays a reference. Worker-safe. */
import type { ReferenceNode } from './parcel.js'

const references = new WeakMap<object, ReferenceNode>()

/** Remember that `value` was found through `node`. */
export function keepProvenance(value: unknown, node: ReferenceNode): void {
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') references.set(value, node)
}

/** The reference that `value` was found through. */
export const provenanceOf = (value: object): ReferenceNode | undefined => references.get(value)
