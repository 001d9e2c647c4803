/** Views on bytes by number, as files name them: the order is a promise, new ones go to the end. Worker-safe. */
import * as types from 'node:util/types'
import { CodecError } from '../errors.js'

/** Names by number. */
const names: readonly string[] = [
  'Buffer',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
  'Float16Array',
]

/** The classes of views that there are, Buffer left out; Float16Array is there from Node 24 on. */
export const viewNames = names.slice(1)

/**
 * A view of this many bytes or more lies on the buffer that its file was read to, which holds a little more than the view; a smaller one
 * gets a buffer of its own. Copying 64 KB costs 0.01 ms; 8 MB cost as much as reading them, since the memory is new.
 */
const largeView = 65_536

type ViewType = new (buffer: ArrayBufferLike, offset: number, length: number) => ArrayBufferView

/** The number of a view's type; -1 for none of ours. A Buffer comes first: it is a Uint8Array too. */
export function numberOfView(view: ArrayBufferView): number {
  if (Buffer.isBuffer(view)) return 0
  return names.indexOf(types.isTypedArray(view) ? view[Symbol.toStringTag] : 'DataView')
}

/** The view of this type on `bytes`, or on a copy where they are few, or not aligned as it needs them. @throws {CodecError} As {@link viewAt} does. */
export function viewOn(number: number, bytes: Uint8Array): ArrayBufferView {
  return viewAt(number, bytes.byteLength >= largeView && bytes.byteOffset % widest === 0 ? bytes : new Uint8Array(bytes))
}

/** The elements of a Float64Array. */
const widest = 8

/**
 * The view of this type on the very memory of `bytes`.
 *
 * @throws {CodecError} If this Node has no such type, or the number of bytes does not fit it.
 */
export function viewAt(number: number, { buffer, byteOffset, byteLength }: ArrayBufferView): ArrayBufferView {
  const name = names[number]
  const View =
    name === undefined ? undefined : (Reflect.get(globalThis, name) as (ViewType & { readonly BYTES_PER_ELEMENT?: number }) | undefined)
  const width = name === 'Buffer' ? 1 : (View?.BYTES_PER_ELEMENT ?? 1)
  if (View === undefined || byteLength % width !== 0)
    throw new CodecError(`cannot read a stored value: this version of Node has no ${name ?? 'such view'}, or its bytes are damaged`)
  return name === 'Buffer' ? Buffer.from(buffer, byteOffset, byteLength) : new View(buffer, byteOffset, byteLength / width)
}
