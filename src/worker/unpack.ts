/** Errors that came out of a worker. */
import { ShippingError } from '../errors.js'
import type { Reviver } from '../function/revive/revive.js'
import type { PackedError } from './batch.js'

/** An error as it was thrown. */
export const unpackError = async (error: PackedError, reviver: Reviver): Promise<unknown> =>
  'parcel' in error ? await reviver.revive(error.parcel) : unpackPlain(error)

/** An error that needs no reviving. */
export function unpackPlain(error: PackedError): unknown {
  if ('shipping' in error) return new ShippingError(error.shipping)
  return 'raw' in error ? error.raw : undefined
}
