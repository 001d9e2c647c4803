/** What a run of given options is moved by. */
import type { Backend, WorkerPool } from '../backend/backend.js'
import { makeBackend } from '../backend/registry.js'
import { loading } from '../loading.js'
import { Dispatch, type DispatchTools } from './dispatch/dispatch.js'
import type { Flight } from './dispatch/flight.js'
import { requestOf } from './dispatch/pool-request.js'
import { Inline } from './inline/inline.js'
import type { ResolvedOptions } from './options/parallel-options.js'
import type { Engine } from './run/engine.js'
import { type LeaseHolder, leaseFor } from './run/lease-holder.js'
import type { Run } from './run/run.js'

/** The engine for a run. */
export function engineFor(run: Run, options: ResolvedOptions, holder: LeaseHolder): Engine {
  const { backend, nJobs, worker } = options
  if (backend === 'sequential' || backend === 'async') {
    return new Inline(run, {
      atATime: backend === 'async' ? nJobs : 1,
      initializer: worker.initializer,
      warn: (message) => process.emitWarning(message, 'JobletWarning'),
    })
  }
  const flights = new Set<Flight>()
  return new Dispatch(run, dispatchTools(run, options, holder, flights), flights)
}

/** The workers boot while the tools to describe functions are loaded; begun sooner, that would hold their start up. */
async function dispatchTools(
  run: Run,
  options: ResolvedOptions,
  holder: LeaseHolder,
  flights: ReadonlySet<Flight>,
): Promise<DispatchTools> {
  const backend = await loadBackend(options, holder)
  const pool = await backend.open(requestOf(run, flights))
  const { maxNbytes, tempFolder } = options
  return {
    pool: inFlowOf(run, pool),
    describer: await loadDescriber(),
    // What a backend of the caller's own does with memory beside a batch is not known.
    freight: (plan) => (backend === options.backend ? undefined : holder.lease?.freight({ ...plan, minBytes: maxNbytes }, tempFolder)),
    sharesMemory: backend.sharesMemory ?? false,
    maxTasksPerWorker: options.worker.maxTasksPerWorker ?? Number.POSITIVE_INFINITY,
  }
}

/** A pool that runs share speaks in the flow that happened to start it: an `AsyncLocalStorage` would hold what belongs to another run. */
const inFlowOf = ({ flow }: Run, pool: WorkerPool): WorkerPool => ({
  run: (batch, onReply, onGiven, onReport) =>
    pool.run(
      batch,
      (reply) => flow.runInAsyncScope(onReply, undefined, reply),
      (from) => flow.runInAsyncScope(() => onGiven?.(from)),
      (report) => flow.runInAsyncScope(() => onReport?.(report)),
    ),
  cancel: (reason) => pool.cancel(reason),
  ...(pool.running === undefined ? {} : { running: () => pool.running?.() ?? [] }),
  close: () => pool.close(),
})

async function loadBackend(options: ResolvedOptions, holder: LeaseHolder): Promise<Backend> {
  const { backend, factory, nJobs, worker } = options
  if (typeof backend === 'object') return backend
  if (factory !== undefined) return made(holder, () => makeBackend(backend, factory, { nJobs, ...worker }))
  const lease = await leaseFor(options, holder)
  return { name: String(backend), sharesMemory: backend === 'threads', open: (request) => lease.open(request) }
}

/** A backend that could not be made is tried again at the next run. */
function made(holder: LeaseHolder, make: () => Promise<Backend>): Promise<Backend> {
  if (holder.made !== undefined) return holder.made
  const making = make()
  holder.made = making
  making.catch(() => {
    if (holder.made === making) holder.made = undefined
  })
  return making
}

let describing: typeof import('../function/describe/describe.js') | undefined

async function loadDescriber(): Promise<DispatchTools['describer']> {
  // An `import()` of what is loaded costs 20 us all the same.
  describing ??= await loading(() => import('../function/describe/describe.js'))
  await describing.prepareDescribe()
  return describing.createDescriber()
}
