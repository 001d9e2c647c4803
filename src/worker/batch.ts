/** Batches and what comes of them, as they travel between a run and its workers: plain data, in columns, so that a task costs no object of its own on the way. */

import type { Crate } from '../codec/crate.js'
import type { Make } from '../codec/wire.js'
import type { Parcel } from '../function/parcel/parcel.js'
import type { Entry } from './ledger.js'

/** How long a call that is told to stop may take, unless its batch says otherwise: replacing a worker costs 30 to 60 ms, so a short wait pays. */
export const defaultGraceMs = 20

/**
 * Values side by side. All numbers, or all typed arrays of one class and length: packed as such; else as they are.
 *
 * @example
 * ```ts
 * import type { Batch, Column } from 'joblet'
 *
 * // Numbers side by side travel as bytes: about what a batch weighs.
 * const bytesOf = ({ numbers, encoded }: Column): number => numbers?.byteLength ?? encoded?.bytes.length ?? 0
 * const weightOf = (batch: Batch): number => bytesOf(batch.args)
 * ```
 * @category A backend of your own
 */
export interface Column {
  readonly numbers?: Int32Array | Float64Array
  /** Results: typed arrays end to end in one, each of `length` elements. Whoever reads them makes an array of its own of each. */
  readonly views?: { readonly packed: NodeJS.TypedArray; readonly length: number }
  readonly values?: readonly unknown[]
  /** The values, written to the wire before anything could change them; the memory they share is named by views on it, large memory lies in crates. */
  readonly encoded?: { readonly bytes: Uint8Array; readonly shared: readonly Uint8Array[]; readonly crates?: readonly Crate[] }
  /** Values that are no plain data, by their place in the column; what `numbers` or `values` hold there counts for nothing. */
  readonly parcels: readonly (readonly [at: number, parcel: Parcel])[]
}

/**
 * A function that a batch uses, described once.
 *
 * @example
 * ```ts
 * import type { Batch, Definition } from 'joblet'
 *
 * // A worker that serves many runs keeps functions by run and id.
 * const known = new Map<string, Definition>()
 * const learn = ({ run, define }: Batch): void => define.forEach((definition) => known.set(`${run}/${definition.id}`, definition))
 * ```
 * @category A backend of your own
 */
export interface Definition {
  readonly id: number
  readonly parcel: Parcel
}

/**
 * Tasks that travel together. A call is known by its position in the batch, a task by its index in the run.
 *
 * @example
 * ```ts
 * import { type Batch, serveBatch } from 'joblet'
 *
 * // What a pool's `run` is given; plain data, fit for any channel that carries what `structuredClone` does.
 * const inWords = ({ id, run, size, expectedMs = 0 }: Batch): string => `batch ${id} of run ${run}: ${size} calls, ${expectedMs} ms`
 * const runHere = (batch: Batch) => serveBatch(batch, (reply) => console.error(inWords(batch), reply.count))
 * ```
 * @category A backend of your own
 */
export interface Batch {
  readonly type: 'batch'
  readonly id: number
  readonly run: number
  readonly size: number
  /** Index of the first task when they follow one another, else one index per call. */
  readonly indices: number | readonly number[]
  /** Every function that a call of this batch uses. */
  readonly define: readonly Definition[]
  /** Id of the function that all calls use, else one id per call. */
  readonly fns: number | readonly number[]
  /** Arguments of each call, laid end to end in `args`; -1 when calls differ, and `args` holds one array per call. */
  readonly arity: number
  /** A parcel's place here is its call's position: it holds all arguments of that call. */
  readonly args: Column
  /** Milliseconds each call may run; `undefined` where there is no limit. */
  readonly timeouts?: number | readonly (number | undefined)[]
  /** How often each call was started before, where it was. */
  readonly attempts?: readonly number[]
  /** How long the batch will keep a worker, as far as one can tell: short ones may wait in a worker that is still busy. */
  readonly expectedMs?: number
  /** Milliseconds after which finished calls are sent on while others still run. @default 5 */
  readonly flushMs?: number
  /** Milliseconds that a call may take to end once it is told to stop. @default 20 */
  readonly graceMs?: number
  /** Whether somebody hears how far its calls have come. */
  readonly isHeard?: boolean
  /** Which of the two entries of the worker's ledger is kept for it. */
  readonly entry?: Entry
  /** Runs that are over: the worker forgets their functions. */
  readonly forget?: readonly number[]
  /** Nothing else may be on the worker meanwhile, so that it is clear who ended it. */
  readonly alone?: boolean
  /** Some of its arguments are moved: to a thread it can be sent only once. */
  readonly moves?: boolean
  /** How large results travel, where that is not as the worker was told. */
  readonly largeResults?: LargeResults
  /** Whether the worker says which call printed what. @default false */
  readonly output?: boolean
}

/**
 * How large results travel.
 *
 * @example
 * ```ts
 * import type { Batch, LargeResults } from 'joblet'
 *
 * // Where workers are on another machine, nobody finds a file there.
 * const asMessages: LargeResults = { minBytes: Number.POSITIVE_INFINITY, folders: [] }
 * const forFarWorkers = (batch: Batch): Batch => ({ ...batch, largeResults: asMessages })
 * ```
 * @category A backend of your own
 */
export interface LargeResults {
  /** From how many bytes on they travel beside the message. */
  readonly minBytes: number
  /** Processes: where files for them may lie, the first choice first. */
  readonly folders: readonly string[]
}

/**
 * A value on its way: as it is, or described.
 *
 * @example
 * ```ts
 * import type { Packed } from 'joblet'
 *
 * const isPlain = (packed: Packed): boolean => 'raw' in packed
 * console.log(isPlain({ raw: 42 })) // true
 * ```
 * @category A backend of your own
 */
export type Packed = { readonly raw: unknown } | { readonly parcel: Parcel }

/**
 * An error on its way; one that says what cannot travel is made on the other side, from its message.
 *
 * @example
 * ```ts
 * import type { PackedError } from 'joblet'
 *
 * const inWords = (error: PackedError): string => {
 *   if ('shipping' in error) return error.shipping
 *   return 'raw' in error ? String(error.raw) : 'an error with parts of its own'
 * }
 * console.log(inWords({ raw: 'out of paper' })) // out of paper
 * ```
 * @category A backend of your own
 */
export type PackedError = Packed | { readonly shipping: string }

/**
 * A call that gave no value.
 *
 * @example
 * ```ts
 * import type { CallFailure, Reply } from 'joblet'
 *
 * // A far end's own log.
 * const inWords = ({ at, kind }: CallFailure): string => `call ${at}: ${kind}`
 * const log = ({ batch, failures }: Reply): void => console.error(`batch ${batch}`, failures.map(inWords))
 * ```
 * @category A backend of your own
 */
export interface CallFailure {
  readonly at: number
  readonly kind: 'thrown' | 'unsendable'
  readonly error: PackedError
  /** The call did not begin: this module could not be loaded, or lacks an export. Sent by value, the call may still run. */
  readonly module?: string
}

/**
 * What the calls `from` to `from + count - 1` of a batch came to. A batch may answer in several replies, in order.
 *
 * @example
 * ```ts
 * import { type Batch, type Reply, serveBatch } from 'joblet'
 *
 * // At the far end: whatever comes of the calls goes back by the same channel.
 * const serve = (batch: Batch, send: (reply: Reply) => void): Promise<void> => serveBatch(batch, send)
 * ```
 * @category A backend of your own
 */
export interface Reply {
  readonly type: 'reply'
  readonly batch: number
  readonly from: number
  readonly count: number
  readonly values: Column
  readonly failures: readonly CallFailure[]
  /** Time the worker spent in this batch so far, in milliseconds: no queueing, no travel. */
  readonly busyMs: number
  /** How much of that went before the first call, to make the functions and load their modules: it says nothing about the calls to come. */
  readonly loadMs: number
  /** Whether this is the batch's last reply. */
  readonly done: boolean
}

/** The index in its run of the call at `at`. */
export const indexOfCall = ({ indices }: Pick<Batch, 'indices'>, at: number): number =>
  typeof indices === 'number' ? indices + at : (indices[at] ?? -1)

/** What a batch is made of. Whatever it holds of the program's data is a copy: a snapshot, or bytes. */
export const makeOf = ({ args, define }: Batch): Make =>
  args.parcels.length === 0 && args.values === undefined && !define.some(({ parcel }) => parcel.nodes.some(({ t }) => t === 'raw'))
    ? 'flat'
    : 'plain'
