/** Finds ArrayBuffers in a value before it is written: V8 asks about views on the way, and of a bare buffer it has to be told first. Worker-safe. */
import * as types from 'node:util/types'

// A look, not a search: past so many objects a value is a table of records, and a buffer in it travels as any other data.
const maxVisits = 1_000

/** ArrayBuffers in `value` for which `wanted` holds; `isBare`: it is met by itself, not through a view on the whole of it. */
export function buffersIn(value: unknown, wanted: (buffer: ArrayBuffer, isBare: boolean) => boolean): Set<ArrayBuffer> {
  const found = new Set<ArrayBuffer>()
  const seen = new Set<unknown>([value])
  for (const item of seen) {
    if (typeof item !== 'object' || item === null || types.isProxy(item)) continue
    if (seen.size > maxVisits) break
    const buffer = bufferOf(item)
    if (buffer === undefined) addObjects(seen, partsOf(item))
    else if (buffer !== null && wanted(buffer, buffer === item)) found.add(buffer)
  }
  return found
}

function addObjects(seen: Set<unknown>, parts: readonly unknown[]): void {
  for (const part of parts) if (typeof part === 'object' && part !== null) seen.add(part)
}

/** The buffer that `object` is, or is a view on all of; null for other views, undefined for anything else. */
function bufferOf(object: object): ArrayBuffer | null | undefined {
  if (object instanceof ArrayBuffer) return object
  if (!ArrayBuffer.isView(object)) return undefined
  return object.buffer instanceof ArrayBuffer && object.byteLength === object.buffer.byteLength ? object.buffer : null
}

function partsOf(object: object): readonly unknown[] {
  if (object instanceof Map) return [...object.keys(), ...object.values()]
  if (object instanceof Set) return [...object]
  if (Array.isArray(object)) return object.length > maxVisits ? object.slice(0, maxVisits) : object
  const parts: unknown[] = []
  for (const key of Object.keys(object)) {
    // Getters are not run: this is only a look.
    const property = Object.getOwnPropertyDescriptor(object, key)
    if (property !== undefined && 'value' in property) parts.push(property.value)
  }
  return parts
}
