/** `json`: any plain value as JSON text, exactly. The portable form: slower and larger than the wire, and readable everywhere. */
import * as types from 'node:util/types'
import { SuperJSON } from 'superjson'
import { CodecError } from '../errors.js'
import { fromTree } from './json-read.js'
import { toTree } from './json-write.js'

/**
 * Values to JSON text and back.
 *
 * @example
 * ```ts
 * import { type Json, json } from 'joblet'
 *
 * const copyBy = <T>(format: Json, value: T): T => format.parse(format.stringify(value)) as T
 * console.log(copyBy(json, new Set([1n, 2n]))) // Set(2) { 1n, 2n }
 * ```
 * @category Hash and files
 */
export interface Json {
  /**
   * The text that {@link Json.parse} makes an equal value of.
   *
   * It carries all primitives but symbols, plain objects and arrays, Map, Set, Date, RegExp, URL, ArrayBuffer, typed arrays, DataView, Buffer (as
   * base64) and the engine's own errors; cycles and shared parts as they are, at any depth. Getters are read, and a frozen object comes back open.
   *
   * @param value Large numeric arrays cost 4 bytes of text for 3 of their own; 10,000 records some 0.1 s.
   * @throws {CodecError} For functions, symbols, instances of other classes and shared memory; the message names the path.
   * @example
   * ```ts
   * import { json } from 'joblet'
   *
   * const team = new Map([[{ id: 1n }, new Float32Array([0.5, Number.NaN])]])
   * console.log(json.parse(json.stringify(team))) // Map(1) { { id: 1n } => Float32Array(2) [ 0.5, NaN ] }
   * ```
   */
  stringify(value: unknown): string

  /**
   * The value that a text of {@link Json.stringify} stands for. It holds data only: no code runs, and no prototype is touched. Texts of a bare
   * superjson are read too.
   *
   * @throws {CodecError} If it is no such text, or damaged.
   */
  parse(text: string): unknown
}

/**
 * superjson, with an instance of our own; see {@link Json}.
 *
 * @example
 * ```ts
 * import { readFileSync, writeFileSync } from 'node:fs'
 * import { json } from 'joblet'
 *
 * writeFileSync('total.json', json.stringify({ at: new Date(0), total: 10n }))
 * console.log(json.parse(readFileSync('total.json', 'utf8'))) // { at: 1970-01-01T00:00:00.000Z, total: 10n }
 * ```
 * @category Hash and files
 */
export const json: Json = {
  stringify: (value) => {
    const tree = toTree(value)
    return superjson().stringify(tree)
  },
  parse: (text) => {
    try {
      return fromTree(superjson().deserialize(checkShape(JSON.parse(text)), { inPlace: true }))
    } catch (error) {
      if (error instanceof CodecError) throw error
      throw unreadable(error instanceof Error ? error.message : String(error), error)
    }
  },
}

let instance: SuperJSON | undefined

function superjson(): SuperJSON {
  if (instance !== undefined) return instance
  instance = new SuperJSON()
  instance.registerCustom<ArrayBuffer, string>(
    {
      isApplicable: types.isArrayBuffer,
      serialize: (buffer) => Buffer.from(buffer).toString('base64'),
      deserialize: bytesOf,
    },
    'ArrayBuffer',
  )
  return instance
}

/** Buffer leaves out what is no base64: then bytes are missing. */
function bytesOf(base64: string): ArrayBuffer {
  const bytes = Buffer.from(base64, 'base64')
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  if (bytes.byteLength !== (base64.length / 4) * 3 - padding) throw new Error('bytes are no base64')
  // A buffer of its own: a small Buffer is a view on a larger pool.
  return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : new Uint8Array(bytes).buffer
}

type Payload = Parameters<SuperJSON['deserialize']>[0]

function checkShape(payload: unknown): Payload {
  if (typeof payload === 'object' && payload !== null && Object.hasOwn(payload, 'json')) return payload as Payload
  throw unreadable('it has no member `json`')
}

const unreadable = (why: string, cause?: unknown): CodecError =>
  new CodecError(
    `cannot read the JSON text: ${why}; it is damaged, or was not written by json.stringify`,
    cause === undefined ? undefined : { cause },
  )
