/** The payload of an entry: a result as bytes, and back. */
import type { WholeEntry } from '../codec/entry.js'
import { json } from '../codec/json.js'
import { decodeSections, encodeSections } from '../codec/sections.js'
import { numberOfView, viewOn } from '../codec/views.js'
import { CodecError } from '../errors.js'
import { isPlain } from '../function/parcel/plain.js'
import type { Classes } from './classes.js'
import { type Graph, toGraph, Unkeepable } from './graph.js'
import { fromGraph } from './graph-read.js'
import { jsonText } from './json-text.js'

/** How results are written. */
export type ResultCodec = 'v8' | 'json'

/*
 * A payload of the codec 'v8' begins with 8 bytes: its form, the kind of a view, two zeros, and how long the call took, in milliseconds, as a
 * float. So a view's elements are aligned in the file, and in a buffer that it is read to: an array of 8 MB is a view on what was read,
 * without a copy. The metadata of the entry says how long the call took as well, but reading that text costs 2 us, and each hit counts.
 */
const headBytes = 8
const forms = { wire: 0, graph: 1, view: 2, number: 3, text: 4 } as const

/** What a result is written with. */
export interface Writing {
  readonly codec: ResultCodec
  readonly classes: Classes
  readonly durationMs: number
}

/**
 * The bytes of a result. They share nothing with it.
 *
 * @throws {Unkeepable} If it cannot be kept.
 */
export function encodeResult(value: unknown, { codec, classes, durationMs }: Writing): Uint8Array[] {
  if (codec === 'json') return [Buffer.from(asJson(value))]
  const head = (form: number, kind = 0): Uint8Array => headOf(form, kind, durationMs)
  if (typeof value === 'number') return [head(forms.number), new Uint8Array(new Float64Array([value]).buffer)]
  const kind = kindOfView(value)
  // A copy: whoever computed the array may go on changing it while it is written.
  if (kind >= 0) return [head(forms.view, kind), bytesOf(value as ArrayBufferView).slice()]
  const text = jsonText(value)
  if (text !== undefined) return [head(forms.text), Buffer.from(text)]
  try {
    return isPlain(value) ? [head(forms.wire), ...encodeSections(value)] : [head(forms.graph), ...encodeSections(toGraph(value, classes))]
  } catch (error) {
    if (error instanceof Unkeepable) throw error
    throw new Unkeepable([], error instanceof Error ? error.message : String(error))
  }
}

/**
 * The result that bytes stand for. Large views lie in them: hand them over only once.
 *
 * @param start Where the payload starts in them; it ends with them. A view on it alone would cost 0.4 us, and each hit counts.
 * @throws {Error} If the bytes are none of ours, or hold an instance of a class that `classes` does not know.
 */
export function decodeResult(bytes: Uint8Array, start: number, codec: ResultCodec, classes: Classes): unknown {
  if (codec === 'json') return json.parse(textOf(bytes, start))
  if (bytes[start] === forms.number) return readDouble.call(bytes, start + headBytes)
  if (bytes[start] === forms.text) return JSON.parse(textOf(bytes, start + headBytes)) as unknown
  const rest = new Uint8Array(bytes.buffer, bytes.byteOffset + start + headBytes, Math.max(0, bytes.byteLength - start - headBytes))
  switch (bytes[start]) {
    case forms.view:
      return viewOn(bytes[start + 1] ?? 0, rest)
    case forms.wire:
      return decodeSections(rest)
    case forms.graph:
      return fromGraph(decodeSections(rest) as Graph, classes)
    default:
      throw new Error('its payload has an unknown form')
  }
}

/** Whether these are the bytes of a small plain value, written as JSON. */
export const isText = ({ bytes, start, codec }: WholeEntry): boolean => codec === 'v8' && bytes[start] === forms.text

/** How long the call took whose result this is, in milliseconds; undefined where only the metadata tells. */
export const durationIn = ({ bytes, start, codec }: WholeEntry): number | undefined =>
  codec === 'v8' && bytes.byteLength - start >= headBytes ? readFloat.call(bytes, start + 4) : undefined

const textOf = (bytes: Uint8Array, start: number): string =>
  (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).toString('utf8', start)

// These read any bytes, not only those of a Buffer; a DataView costs 0.3 us to make.
const readDouble = Buffer.prototype.readDoubleLE as (this: Uint8Array, at: number) => number
const readFloat = Buffer.prototype.readFloatLE as (this: Uint8Array, at: number) => number

function headOf(form: number, kind: number, durationMs: number): Uint8Array {
  const bytes = new Uint8Array(headBytes)
  bytes[0] = form
  bytes[1] = kind
  new DataView(bytes.buffer).setFloat32(4, durationMs, true)
  return bytes
}

/** The kind of a plain view that has nothing but its elements; -1 for all else. */
function kindOfView(value: unknown): number {
  if (!ArrayBuffer.isView(value) || value.buffer instanceof SharedArrayBuffer || !isPlain(value)) return -1
  return numberOfView(value)
}

const bytesOf = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)

function asJson(value: unknown): string {
  try {
    return json.stringify(value)
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    throw new Unkeepable([], error.message)
  }
}
