/** Runs batches wherever it is called: what a backend of one's own needs at its far end. */
import type { Batch, Reply } from './batch.js'
import { createRunScope } from './functions.js'
import type { Report } from './messages.js'
import { runBatch } from './run-batch.js'

/**
 * Runs a batch here, as a worker would: its functions are made anew, its arguments are the caller's own copies.
 *
 * @param batch What a {@link WorkerPool} was given, after whatever journey.
 * @param onReply Hears what the calls came to, in order; send it back to where the batch came from.
 * @param onReport Hears how far a call has come, where it tells; send it back too.
 * @example
 * ```ts
 * import { type Batch, serveBatch } from 'joblet'
 *
 * // The far end of a backend, as a child process.
 * process.on('message', async (message) => {
 *   const batch = message as Batch
 *   await serveBatch(batch, (reply) => process.send?.(reply))
 *   process.send?.({ type: 'done', batch: batch.id })
 * })
 * ```
 * @category A backend of your own
 */
export async function serveBatch(batch: Batch, onReply: (reply: Reply) => void, onReport?: (report: Report) => void): Promise<void> {
  await runBatch(batch, createRunScope(), {
    workerId: 0,
    state: undefined,
    flushMs: Number.POSITIVE_INFINITY,
    started: () => undefined,
    over: () => undefined,
    mayBegin: () => true,
    reported: (at, progress) => onReport?.({ type: 'report', batch: batch.id, at, progress }),
    send: onReply,
  })
}
