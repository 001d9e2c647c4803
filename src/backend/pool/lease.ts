/** Pools kept warm between runs: runs whose worker options are equal share one, and it ends when nobody has used it for a while. */

import { cpuCount } from '../../cpu.js'
import { createDescriber, prepareDescribe } from '../../function/describe/describe.js'
import { entryUrls } from '../../function/found/entry.js'
import { ownFile } from '../../function/found/own-file.js'
import type { Parcel } from '../../function/parcel/parcel.js'
import { createReviver } from '../../function/revive/revive.js'
import type { Soon } from '../../soon.js'
import { clearTimeout, setTimeout } from '../../timers.js'
import { workerContext } from '../../worker/context.js'
import { unpackError } from '../../worker/unpack.js'
import type { PoolRequest, WorkerPool } from '../backend.js'
import { Freight, type FreightPlan } from '../freight/freight.js'
import { removeOurs, tempFilesIn } from '../freight/temp-files.js'
import { loadTinypool, type WorkerKind } from '../launch/tinypool-options.js'
import type { ResolvedWorkerOptions } from '../worker-options.js'
import { poolKey } from './pool-key.js'
import type { Lease } from './run-lease.js'
import { SharedPool } from './shared-pool.js'
import { areLatest, surroundings } from './surroundings.js'

/** Five minutes, as joblib waits: a service that gets a request a minute finds its workers warm, and they hold no memory for good. */
const idleMs = 300_000

interface WarmPool {
  readonly key: string
  readonly runtime: WorkerKind['runtime']
  /** What its workers were started in. */
  readonly surroundings: string
  readonly pool: SharedPool
  /** Whoever has used it and neither closed nor been forgotten. */
  readonly holders: Set<WeakRef<WorkerLease>>
  runs: number
  timer: ReturnType<typeof setTimeout> | undefined
}

const pools = new Map<string, WarmPool>()

// A program that makes a `Parallel` for each of a million runs keeps none of them.
const forgotten = new FinalizationRegistry<{ warm: WarmPool; hold: WeakRef<WorkerLease> }>(({ warm, hold }) => warm.holders.delete(hold))

/** One `Parallel`'s hold on warm workers. */
export class WorkerLease {
  readonly #runtime: WorkerKind['runtime']
  readonly #options: ResolvedWorkerOptions
  readonly #key: string
  readonly #hold = new WeakRef(this)
  /** The workers of its last run. */
  #held: WarmPool | undefined

  /** @param group Workers are shared with leases of the same group alone. */
  constructor(runtime: WorkerKind['runtime'], options: ResolvedWorkerOptions, group?: number) {
    this.#runtime = runtime
    this.#options = options
    this.#key = poolKey(runtime, options, group)
  }

  /** Workers for one run, warm if there are any. */
  open(request: PoolRequest): Soon<WorkerPool> {
    const warm = pools.get(`${this.#key} ${surroundings(this.#runtime)}`)
    return warm === undefined ? this.#openNew(request) : this.#take(warm, request)
  }

  async #openNew(request: PoolRequest): Promise<WorkerPool> {
    const { initializer } = this.#options
    const described = initializer === undefined ? undefined : await describeInitializer(initializer)
    // Then workers start at once, and whatever is loaded next is loaded while they boot. Why it fails is told by whoever starts one.
    await loadTinypool(this.#workerUrl).catch(() => undefined)
    const now = surroundings(this.#runtime)
    return this.#take(pools.get(`${this.#key} ${now}`) ?? this.#create(now, described), request)
  }

  #take(warm: WarmPool, request: PoolRequest): WorkerPool {
    this.#holdOn(warm)
    warm.runs += 1
    return new WarmLease(warm, warm.pool.lease(request))
  }

  /** How large memory of one run travels to these workers. */
  freight(plan: Omit<FreightPlan, 'files'>, tempFolder: string | undefined): Freight {
    return new Freight({ ...plan, files: this.#runtime === 'processes' ? tempFilesIn(tempFolder) : undefined })
  }

  get #workerUrl(): URL {
    return this.#options.workerUrl ?? ownFile('worker')
  }

  /** Let go of the workers; they end unless somebody else holds them. */
  async close(): Promise<void> {
    const warm = this.#held
    if (warm === undefined) return
    this.#letGo()
    if (warm.holders.size === 0 && warm.runs === 0) await end(warm)
  }

  #holdOn(warm: WarmPool): void {
    if (warm === this.#held) return
    this.#letGo()
    this.#held = warm
    warm.holders.add(this.#hold)
    forgotten.register(this, { warm, hold: this.#hold }, this.#hold)
  }

  #letGo(): void {
    this.#held?.holders.delete(this.#hold)
    this.#held = undefined
    forgotten.unregister(this.#hold)
  }

  #create(now: string, initializer: Parcel | undefined): WarmPool {
    endOutdated()
    const { maxTasksPerWorker = Number.POSITIVE_INFINITY, ...rest } = this.#options
    const kind: WorkerKind = { ...rest, runtime: this.#runtime, workerUrl: this.#workerUrl }
    const here = workerContext()
    const pool = new SharedPool({
      kind,
      maxTasksPerWorker,
      setup: (workerId, workers) => ({
        workerId,
        depth: (here?.depth ?? 0) + 1,
        cpus: Math.max(1, Math.floor((here?.cpus ?? cpuCount()) / workers)),
        entryUrls: entryUrls(),
        parentPid: process.pid,
        maxMemory: kind.maxMemory,
        ...(initializer === undefined ? {} : { initializer }),
      }),
      startFailure: ({ error }) => unpackError(error, createReviver()),
      broken: () => forget(warm),
    })
    const key = `${this.#key} ${now}`
    const warm: WarmPool = { key, runtime: this.#runtime, surroundings: now, pool, holders: new Set(), runs: 0, timer: undefined }
    pools.set(key, warm)
    return warm
  }
}

/** One run's workers. */
class WarmLease implements WorkerPool {
  readonly #warm: WarmPool
  readonly #lease: Lease

  constructor(warm: WarmPool, lease: Lease) {
    this.#warm = warm
    this.#lease = lease
  }

  run(...args: Parameters<WorkerPool['run']>): ReturnType<WorkerPool['run']> {
    return this.#lease.run(...args)
  }

  cancel(reason?: unknown): void {
    this.#lease.cancel(reason)
  }

  running(): ReturnType<Lease['running']> {
    return this.#lease.running()
  }

  async close(): Promise<void> {
    await this.#lease.close()
    this.#warm.runs -= 1
    rest(this.#warm)
  }
}

/** End all workers: the program is about to end by a signal. */
export async function endAll(): Promise<void> {
  await Promise.all([...pools.values()].map(end))
}

/** Remove the files in which data travels: at the end by a signal there is no `exit`. */
export { removeOurs as removeFiles }

/** A run is over. The timer runs on while the next is under way: setting it anew at the end of each costs less than clearing it at the start. */
function rest(warm: WarmPool): void {
  if (warm.runs > 0 || pools.get(warm.key) !== warm) return
  if (!areLatest(warm.runtime, warm.surroundings)) {
    void end(warm)
    return
  }
  warm.timer ??= setTimeout(() => void endIfIdle(warm), idleMs).unref()
  warm.timer.refresh()
}

/** Workers that no run will ask for again: a program that changes its environment before each of many runs keeps one set of workers. */
function endOutdated(): void {
  for (const warm of [...pools.values()]) if (!areLatest(warm.runtime, warm.surroundings)) void endIfIdle(warm)
}

async function endIfIdle(warm: WarmPool): Promise<void> {
  if (warm.runs === 0) await end(warm)
}

async function end(warm: WarmPool): Promise<void> {
  clearTimeout(warm.timer)
  forget(warm)
  await warm.pool.destroy()
}

function forget(warm: WarmPool): void {
  if (pools.get(warm.key) === warm) pools.delete(warm.key)
}

async function describeInitializer(initializer: () => unknown): Promise<Parcel> {
  await prepareDescribe()
  return createDescriber().describe(initializer, 'the initializer')
}
