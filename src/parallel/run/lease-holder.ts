/** A `Parallel`'s hold on workers, or on a backend that was made for it; taken at its first run, and nothing of it is loaded before. */
import type { Backend } from '../../backend/backend.js'
import type { WorkerLease } from '../../backend/pool/lease.js'
import { loading } from '../../loading.js'
import type { Soon } from '../../soon.js'
import type { ResolvedOptions } from '../options/parallel-options.js'

/** What a `Parallel` holds. Workers of a group are shared with nobody else. */
export type LeaseHolder = { lease: WorkerLease | undefined; made: Promise<Backend> | undefined; readonly group?: number }

let leasing: typeof import('../../backend/pool/lease.js') | undefined

/** The lease that a `Parallel` has, or takes now. */
export const leaseFor = (options: ResolvedOptions, holder: LeaseHolder): Soon<WorkerLease> => holder.lease ?? takeLease(options, holder)

async function takeLease({ backend, worker }: ResolvedOptions, holder: LeaseHolder): Promise<WorkerLease> {
  leasing ??= await loading(() => import('../../backend/pool/lease.js'))
  return (holder.lease ??= new leasing.WorkerLease(backend === 'processes' ? 'processes' : 'threads', worker, holder.group))
}

/** Let go of the workers, and of the backend that was made. */
export async function closeBackend(holder: LeaseHolder): Promise<void> {
  const { lease, made } = holder
  holder.made = undefined
  await lease?.close()
  // One that could not be made has nothing to close; its run has told why.
  const backend = await made?.catch(() => undefined)
  await backend?.close?.()
}

/** End all workers of this program, where there are any. */
export const endWorkers = (): Promise<void> => leasing?.endAll() ?? Promise.resolve()

/** Remove the files in which data travels to workers and back. */
export const removeFiles = (): void => leasing?.removeFiles()
