/** A parcel that shares nothing with the program: what it holds of plain data stays as it is now, however late it is sent. */
import type { Carrier } from '../../codec/crate.js'
import { notCopied, snapshot } from '../../codec/snapshot.js'
import { encode } from '../../codec/wire.js'
import type { Parcel, ParcelNode } from './parcel.js'

type Raw = ParcelNode & { t: 'raw' }

/**
 * A copy of `parcel` as far as it lies open to change. A small value is copied as it is; all others go into one `packed` node, so that they are
 * encoded once here and decoded once where they arrive: of 1e5 captured objects that halves what the sender does after describing them.
 *
 * @param sharesMemory Whether the receiver is a thread of this process.
 * @param carrier Takes large memory out of the copy.
 * @throws {Error} If the wire cannot carry it.
 */
export function ownCopy(parcel: Parcel, sharesMemory: boolean, carrier?: Carrier): Parcel {
  const raw = parcel.nodes.filter((node): node is Raw => node.t === 'raw')
  if (raw.length === 0) return parcel
  return withSnapshot(parcel, raw) ?? packed(parcel, raw, sharesMemory, carrier)
}

/** Of one value only: copied apart, two that share a part would not share it any more. */
function withSnapshot(parcel: Parcel, raw: readonly Raw[]): Parcel | undefined {
  if (raw.length > 1) return undefined
  const value = snapshot(raw[0]?.value)
  return value === notCopied ? undefined : { ...parcel, nodes: parcel.nodes.map((node) => (node.t === 'raw' ? { t: 'raw', value } : node)) }
}

function packed(parcel: Parcel, raw: readonly Raw[], sharesMemory: boolean, carrier: Carrier | undefined): Parcel {
  const { shared, ...bytes } = encode(
    raw.map(({ value }) => value),
    sharesMemory,
    carrier,
  )
  const of = { $: parcel.nodes.length }
  let at = 0
  const nodes = parcel.nodes.map((node): ParcelNode => (node.t === 'raw' ? { t: 'item', of, at: at++ } : node))
  // Shared memory travels inside views: a bare buffer the wire refuses.
  nodes.push({ t: 'packed', ...bytes, shared: shared.map((buffer) => new Uint8Array(buffer)) })
  return { ...parcel, nodes }
}
