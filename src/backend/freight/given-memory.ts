/** Memory in a batch that is handed over: it can be sent once, and is empty here afterwards. */
import type { Batch } from '../../worker/batch.js'
import { givenIn } from '../../worker/result-carrier.js'

/** The memory that `batch` hands over; nothing to a process, which gets a copy. */
export function givenMemory({ args }: Pick<Batch, 'args'>): ArrayBuffer[] {
  const inParcels = args.parcels.flatMap(([, { nodes }]) => nodes.flatMap((node) => (node.t === 'packed' ? givenIn(node.crates) : [])))
  return [...givenIn(args.encoded?.crates), ...inParcels]
}

/** Whether memory was handed over already: none is empty before, for an empty buffer is copied. */
export const isGone = (given: readonly ArrayBuffer[]): boolean => given.some(({ byteLength }) => byteLength === 0)

/** Whether `batch` cannot be sent again. */
export const isSpent = (batch: Batch): boolean => batch.moves === true && isGone(givenMemory(batch))
