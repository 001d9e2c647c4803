/** A batch made of some calls of another, to run them again, or elsewhere. */
import { type Batch, type Column, indexOfCall } from '../../worker/batch.js'

/** What differs in the new batch. */
export interface Again {
  readonly id: number
  readonly alone: boolean
  /** How often each of the calls was started already. */
  readonly attempts: readonly number[]
}

// One count for the whole program: a worker serves several runs and must not take one batch for another. It stays within an Int32.
let lastBatch = 0

export const nextBatchId = (): number => (lastBatch = (lastBatch % 0x7fffffff) + 1)

/** The calls at `positions` of `batch`, as a batch of their own. */
export function selectCalls(batch: Batch, positions: readonly number[], { id, alone, attempts }: Again): Batch {
  const { fns, timeouts } = batch
  return {
    ...batch,
    id,
    alone,
    attempts,
    size: positions.length,
    indices: positions.map((at) => indexOfCall(batch, at)),
    fns: typeof fns === 'number' ? fns : positions.map((at) => fns[at] ?? -1),
    args: selectRows(batch.args, batch.arity, positions),
    ...(typeof timeouts === 'object' ? { timeouts: positions.map((at) => timeouts[at]) } : {}),
  }
}

function selectRows(column: Column, arity: number, positions: readonly number[]): Column {
  // Encoded arguments are a batch of one call.
  if (column.encoded !== undefined) return column
  const parcels = column.parcels.flatMap(([at, parcel]) => (positions.includes(at) ? [[positions.indexOf(at), parcel] as const] : []))
  const width = arity < 0 ? 1 : arity
  const { numbers, values = [] } = column
  if (numbers === undefined) return { values: positions.flatMap((at) => values.slice(at * width, (at + 1) * width)), parcels }
  const picked = positions.flatMap((at) => [...numbers.subarray(at * width, (at + 1) * width)])
  return { numbers: numbers instanceof Int32Array ? Int32Array.from(picked) : Float64Array.from(picked), parcels }
}

/** The calls from `from` up to, but without, `to` of `batch`, which have not begun, as a batch of their own. */
export function sliceCalls(batch: Batch, from: number, to: number, id: number): Batch {
  const { fns, timeouts, attempts, indices, expectedMs } = batch
  const size = to - from
  return {
    ...batch,
    id,
    size,
    indices: typeof indices === 'number' ? indices + from : indices.slice(from, to),
    fns: typeof fns === 'number' ? fns : fns.slice(from, to),
    args: sliceRows(batch.args, batch.arity, from, to),
    ...(typeof timeouts === 'object' ? { timeouts: timeouts.slice(from, to) } : {}),
    ...(attempts === undefined ? {} : { attempts: attempts.slice(from, to) }),
    ...(expectedMs === undefined ? {} : { expectedMs: (expectedMs * size) / batch.size }),
  }
}

function sliceRows(column: Column, arity: number, from: number, to: number): Column {
  const { encoded, numbers, values = [] } = column
  if (encoded !== undefined) return column
  const parcels = column.parcels.flatMap(([at, parcel]) => (at >= from && at < to ? [[at - from, parcel] as const] : []))
  const width = arity < 0 ? 1 : arity
  if (numbers === undefined) return { values: values.slice(from * width, to * width), parcels }
  return { numbers: numbers.slice(from * width, to * width), parcels }
}
