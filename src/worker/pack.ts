/** Values on their way out of a worker. Worker-safe: what describes functions and instances is loaded when a value needs it. */
import { ShippingError } from '../errors.js'
import { isPlain } from '../function/parcel/plain.js'
import { loading } from '../loading.js'
import type { Packed, PackedError } from './batch.js'

/**
 * `value` as it is when the wire carries it exactly, else described.
 *
 * @throws {ShippingError} If it can be neither.
 */
export async function pack(value: unknown, what: string): Promise<Packed> {
  if (isSurelyPlain(value)) return { raw: value }
  const { createDescriber, prepareDescribe } = await loading(() => import('../function/describe/describe.js'))
  await prepareDescribe()
  return { parcel: createDescriber().describe(value, what) }
}

/** As {@link pack}, for what a task threw: fields that cannot travel are left behind rather than the error. */
export async function packError(error: unknown): Promise<PackedError> {
  try {
    if (error instanceof ShippingError) return { shipping: error.message }
    return await pack(error, 'the error')
  } catch {
    return packBare(error)
  }
}

async function packBare(error: unknown): Promise<PackedError> {
  try {
    return await pack(bareError(error), 'the error')
  } catch (cause) {
    const why = cause instanceof ShippingError ? cause.message : 'cannot send what the task threw: reading it throws; throw an Error'
    return { shipping: why }
  }
}

/** Whether the wire carries `value` exactly. A getter that throws makes it one that has to be described, which reads no getter. */
export function isSurelyPlain(value: unknown): boolean {
  try {
    return isPlain(value)
  } catch {
    return false
  }
}

/** An error with the name, message, stack and code of `error`, and nothing else. */
function bareError(error: unknown): Error {
  if (!(error instanceof Error))
    throw new ShippingError(`cannot send what the task threw: it is ${describeBriefly(error)}; throw an Error or plain data`)
  const bare = new Error(error.message)
  const code: unknown = 'code' in error ? error.code : undefined
  Object.defineProperty(bare, 'name', { value: error.name, configurable: true, writable: true, enumerable: false })
  if (typeof error.stack === 'string')
    Object.defineProperty(bare, 'stack', { value: error.stack, configurable: true, writable: true, enumerable: false })
  if (typeof code === 'string' || typeof code === 'number') Object.assign(bare, { code })
  return bare
}

const describeBriefly = (value: unknown): string => (typeof value === 'function' ? 'a function' : Object.prototype.toString.call(value))
