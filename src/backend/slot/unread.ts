/** What becomes of a batch that its worker could not read. Pure. */
import { ShippingError } from '../../errors.js'
import type { Unread } from '../../worker/messages.js'
import type { BatchEnd } from '../backend.js'
import type { Shipment } from './shipment.js'

/** Which call it is shows when each comes alone; a file that is gone is written again for that. */
export const endOfUnread = ({ batch }: Shipment, { why }: Unread): BatchEnd =>
  batch.alone === true
    ? { kind: 'unsendable', error: new ShippingError(why) }
    : { kind: 'lost', at: undefined, how: { exitCode: undefined, signal: undefined } }
