/** What a run of given options is moved by. */
import type { Backend, RunningBatch, WorkerPool } from '../backend/backend.js'
import { makeBackend } from '../backend/registry.js'
import { loading } from '../loading.js'
import { type Soon, whenThere } from '../soon.js'
import { Dispatch, type DispatchTools, type RunPool } from './dispatch/dispatch.js'
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
  return new Dispatch(
    run,
    orRejection(() => dispatchTools(run, options, holder, flights)),
    flights,
  )
}

function orRejection<T>(make: () => Soon<T>): Soon<T> {
  try {
    return make()
  } catch (error) {
    return Promise.reject(error)
  }
}

/**
 * The workers boot while the tools to describe functions are loaded; begun sooner, that would hold their start up. Where all is warm nothing is waited
 * for.
 */
function dispatchTools(run: Run, options: ResolvedOptions, holder: LeaseHolder, flights: ReadonlySet<Flight>): Soon<DispatchTools> {
  return whenThere(loadBackend(options, holder), (backend) =>
    whenThere(backend.open(requestOf(run, flights)), (pool) =>
      whenThere(loadDescriber(), (describer) => toolsOf(options, holder, { backend, pool: new PoolInFlow(run, pool), describer })),
    ),
  )
}

interface Loaded extends Pick<DispatchTools, 'pool' | 'describer'> {
  readonly backend: Backend
}

function toolsOf(options: ResolvedOptions, holder: LeaseHolder, { backend, pool, describer }: Loaded): DispatchTools {
  const { maxNbytes, tempFolder } = options
  return {
    pool,
    describer,
    // What a backend of the caller's own does with memory beside a batch is not known.
    freight: (plan) => (backend === options.backend ? undefined : holder.lease?.freight({ ...plan, minBytes: maxNbytes }, tempFolder)),
    sharesMemory: backend.sharesMemory ?? false,
    maxTasksPerWorker: options.worker.maxTasksPerWorker ?? Number.POSITIVE_INFINITY,
  }
}

/** A pool that runs share speaks in the flow that happened to start it: an `AsyncLocalStorage` would hold what belongs to another run. */
class PoolInFlow implements RunPool {
  readonly #flow: Run['flow']
  readonly #pool: WorkerPool

  constructor({ flow }: Run, pool: WorkerPool) {
    this.#flow = flow
    this.#pool = pool
  }

  run(...[batch, onReply, onGiven, onReport]: Parameters<WorkerPool['run']>): ReturnType<WorkerPool['run']> {
    const flow = this.#flow
    return this.#pool.run(
      batch,
      (reply) => flow.runInAsyncScope(onReply, undefined, reply),
      (from) => flow.runInAsyncScope(() => onGiven?.(from)),
      (report) => flow.runInAsyncScope(() => onReport?.(report)),
    )
  }

  cancel(reason?: unknown): void {
    this.#pool.cancel(reason)
  }

  running(): readonly RunningBatch[] | undefined {
    return this.#pool.running?.()
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}

function loadBackend(options: ResolvedOptions, holder: LeaseHolder): Soon<Backend> {
  const { backend, factory, nJobs, worker } = options
  if (typeof backend === 'object') return backend
  if (factory !== undefined) return made(holder, () => makeBackend(backend, factory, { nJobs, ...worker }))
  return whenThere(leaseFor(options, holder), (lease) => ({
    name: String(backend),
    sharesMemory: backend === 'threads',
    open: (request) => lease.open(request),
  }))
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

function loadDescriber(): Soon<DispatchTools['describer']> {
  // An `import()` of what is loaded costs 20 us all the same.
  const { createDescriber, isPrepared } = describing ?? {}
  return createDescriber !== undefined && isPrepared?.() === true ? createDescriber() : prepareDescriber()
}

async function prepareDescriber(): Promise<DispatchTools['describer']> {
  describing ??= await loading(() => import('../function/describe/describe.js'))
  await describing.prepareDescribe()
  return describing.createDescriber()
}
