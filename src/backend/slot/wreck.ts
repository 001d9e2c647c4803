/** What becomes of the batches that were on a worker when it ended. Pure. */
import type { Batch } from '../../worker/batch.js'
import type { Stretch } from '../../worker/stretch.js'
import type { BatchEnd, WorkerLoss } from '../backend.js'

/** A batch that was on it. */
export interface Wrecked {
  readonly batch: Batch
  readonly answered: boolean
  /** Calls that were its own: the first so many. */
  readonly owned: number
}

/** What is known of a worker that ended. */
export interface Wreck<Shipped extends Wrecked> {
  /** First the batch that ran, then those that waited. */
  readonly inFlight: readonly Shipped[]
  /** Threads: the batch and the call that ran, as the worker wrote them down; a batch of 0 is none. */
  readonly word: { readonly batch: number; readonly at: number } | undefined
  /** The last call that a process told of. */
  readonly mark: { readonly batch: number; readonly at: number } | undefined
  /** The calls that a process wrote down last: one of them ran, unless all have an answer. */
  readonly stretch: Stretch | undefined
  /** The call that the worker was ended for. */
  readonly timedOutAt: number | undefined
  /** The code with which it said that it ends by itself. */
  readonly exitCode: number | undefined
  readonly how: WorkerLoss
  /** Whether we were ending it. */
  readonly onPurpose: boolean
  /** Whether a run was being dropped. */
  isDropped(run: number): boolean
}

/** Batches that ended with the worker, and batches that never began and go elsewhere. */
export interface Salvage<Shipped> {
  readonly ended: readonly (readonly [shipment: Shipped, end: BatchEnd])[]
  readonly returned: readonly Shipped[]
}

/** Sort what was on a worker. A batch of a process is judged as if it had begun: only a thread leaves word. */
export function salvage<Shipped extends Wrecked>(wreck: Wreck<Shipped>): Salvage<Shipped> {
  const { inFlight, word, isDropped } = wreck
  const [first, ...waiting] = inFlight
  const running = first !== undefined && (word === undefined || word.batch === first.batch.id)
  const begun = running || first?.answered === true
  const unbegun = begun ? waiting : inFlight
  const ended: (readonly [Shipped, BatchEnd])[] = unbegun
    .filter(({ batch }) => isDropped(batch.run))
    .map((shipment) => [shipment, { kind: 'cancelled' }])
  // It had ended, as the thread left word, and its last answer was lost.
  if (begun) ended.unshift([first, running || isDropped(first.batch.run) ? endOf(first.batch, wreck) : { kind: 'returned' }])
  const left = unbegun.filter(({ batch }) => !isDropped(batch.run))
  // Part of it runs elsewhere already: it cannot go again as a whole.
  const isWhole = ({ batch, owned }: Shipped) => owned === batch.size
  for (const shipment of left) if (!isWhole(shipment)) ended.push([shipment, { kind: 'returned' }])
  return { ended, returned: left.filter(isWhole) }
}

/**
 * The wreck of a worker that was to be ended for a call that ran too long, and had begun to end by itself before that: on a busy machine its
 * exit may take longer than the call had left. We end a process by SIGKILL; a thread that we end has an exit code all the same.
 */
export function withOwnEnd<Shipped extends Wrecked>(wreck: Wreck<Shipped>): Wreck<Shipped> {
  const { how, word, timedOutAt, exitCode } = wreck
  if (timedOutAt === undefined) return wreck
  const isOwn = word === undefined && (how.exitCode !== undefined || (how.signal ?? 'SIGKILL') !== 'SIGKILL')
  if (!isOwn && exitCode === undefined) return wreck
  return { ...wreck, how: isOwn ? how : { ...how, exitCode, signal: undefined }, timedOutAt: undefined, onPurpose: false }
}

function endOf<Shipped extends Wrecked>(
  { run, id, alone }: Batch,
  { isDropped, timedOutAt, word, mark, stretch, how, onPurpose }: Wreck<Shipped>,
): BatchEnd {
  if (isDropped(run)) return { kind: 'cancelled' }
  if (timedOutAt !== undefined) return { kind: 'timed-out', at: timedOutAt }
  // Ended for the sake of another run: nothing that ran here is to blame.
  if (onPurpose) return { kind: 'returned' }
  // A process tells that it begins such a batch: this one it never began.
  if (alone === true && word === undefined && mark?.batch !== id) return { kind: 'returned', how }
  const at = word?.at ?? (mark?.batch === id ? mark.at : undefined)
  if (at !== undefined || stretch?.batch !== id) return { kind: 'lost', at, how }
  return { kind: 'lost', at, how, suspects: { from: stretch.from, to: stretch.to } }
}
