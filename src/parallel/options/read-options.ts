/** Reads the options of `Parallel` and `delayed`: checks each, then settles what they mean together. */
import type { Backend } from '../../backend/backend.js'
import { defaultBackend, factoryOf } from '../../backend/registry.js'
import type { ResolvedWorkerOptions } from '../../backend/worker-options.js'
import { cpuCount, effectiveNJobs } from '../../cpu.js'
import { type Either, getOrElse, isLeft, pipe, right } from '../../fp-ts.js'
import { type Read, readOptions, show } from '../../options.js'
import type { TaskOptions } from '../../task.js'
import type { WorkerContext } from '../../worker/context.js'
import { baseFor, type Config, noConfig, type Origin, originIn } from './config-values.js'
import type { BackendName, ResolvedOptions } from './parallel-options.js'
import { configRules, parallelRules, taskRules } from './parallel-rules.js'
import { evaluatePreDispatch } from './pre-dispatch.js'
import { toPolicy } from './retry.js'
import { workerRules } from './worker-rules.js'

type Given = Omit<Read<typeof parallelRules>, 'returnAs' | 'onError'>

const workerOptionNames = Object.keys(workerRules) as Array<keyof typeof workerRules>

/**
 * The options of a `Parallel`, checked, with hints and defaults settled.
 *
 * @param given What the caller wrote.
 * @param worker Where the caller runs: in a worker, the budget and the depth of that worker count.
 * @param config What holds where the caller gave nothing.
 * @throws {OptionError} With every problem.
 */
export function readParallelOptions(given: unknown, worker: WorkerContext | undefined, config: Config = noConfig): ResolvedOptions {
  const origin = originIn(config, given)
  const read = readOptions('Parallel', parallelRules, given, (options) => conflicts(options, worker, origin), baseFor(config, given))
  const backend = backendFor(read, worker)
  const nJobs = nJobsFor(read, backend, worker)
  return {
    nJobs,
    backend,
    factory: typeof backend === 'string' ? factoryOf(backend) : undefined,
    returnAs: read.returnAs,
    onError: read.onError,
    batchSize: read.batchSize,
    preDispatch: pipe(
      preDispatchFor(read.preDispatch, nJobs),
      getOrElse(() => 1),
    ),
    timeout: finite(read.timeout),
    deadline: finite(read.deadline),
    retries: toPolicy(read.retries),
    graceMs: read.graceMs,
    maxNbytes: read.maxNbytes,
    tempFolder: read.tempFolder,
    signal: read.signal,
    onProgress: read.onProgress,
    onOutput: read.onOutput,
    stallMs: read.stallMs,
    verbose: read.verbose,
    worker: workerOptions(read),
  }
}

/**
 * What a config sets: checked at once, by the same rules.
 *
 * @param where The function that was given it.
 * @throws {OptionError} With every problem.
 */
export function readConfig(where: string, given: unknown): Config {
  const ofOneself: Origin = () => ''
  const read = readOptions(where, configRules, given, (options) => conflicts(options, undefined, ofOneself))
  const names = Object.keys(onlyGiven((given ?? {}) as object))
  return new Map(names.map((name) => [name, { value: Reflect.get(read, name), from: where }]))
}

/** The options of `delayed(fn, options)`; a `timeout` of Infinity stays, it overrides the run's. @throws {OptionError} With every problem. */
export function readTaskOptions(given: unknown): TaskOptions {
  return onlyGiven(readOptions('delayed', taskRules, given)) as TaskOptions
}

// Deeper than any sensible nesting, and joblib's own limit (LOKY_MAX_DEPTH): what goes on from there is a recursion without end.
const deepest = 10

/** Problems between options, which may come from different places. */
export function conflicts(options: Given, worker: WorkerContext | undefined, origin: Origin): readonly string[] {
  const backend = backendFor(options, worker)
  const batches = preDispatchFor(options.preDispatch, nJobsFor(options, backend, worker))
  return [
    ...againstSharing(options, origin),
    ...(isInline(backend) ? withoutWorkers(options, backend, origin) : tooDeep(worker)),
    ...(isLeft(batches)
      ? [
          `\`preDispatch\`${origin('preDispatch')} must be ${parallelRules.preDispatch.expects}, got ${show(options.preDispatch)} (${batches.left})`,
        ]
      : []),
  ]
}

const isInline = (backend: unknown): boolean => backend === 'async' || backend === 'sequential'

function againstSharing({ backend, prefer, require }: Given, origin: Origin): readonly string[] {
  if (require !== 'sharedmem') return []
  const required = `\`require: 'sharedmem'\`${origin('require')}`
  if (backend === undefined)
    return prefer === 'processes' ? [`${required} and \`prefer: 'processes'\`${origin('prefer')} exclude each other`] : []
  return isInline(backend) ? [] : [`${required} needs the backend 'async' or 'sequential', got ${show(backend)}`]
}

// What these promise cannot be had on the caller's own event loop; leaving them out without a word would be a lie. What a config says of
// workers is said of those runs that have some.
const withoutWorkers = (
  { env, execArgv, resourceLimits, maxMemory, onOutput, ...options }: Given,
  backend: unknown,
  origin: Origin,
): readonly string[] =>
  Object.keys(onlyGiven({ env, execArgv, resourceLimits, maxMemory, onOutput }))
    .filter((name) => origin(name) === '')
    .map(
      (name) =>
        `\`${name}\` is for workers, and the backend ${show(backend)}${origin(options.backend === undefined ? 'require' : 'backend')} has none`,
    )

function tooDeep(worker: WorkerContext | undefined): readonly string[] {
  if (worker === undefined || worker.depth < deepest) return []
  return [`workers within workers are ${worker.depth} deep here, and ${deepest} is the limit; use the backend 'sequential' or 'async'`]
}

function backendFor(options: Given, worker: WorkerContext | undefined): BackendName | Backend {
  const { nJobs, backend, prefer, require } = options
  if (backend !== undefined) return backend
  if (require === 'sharedmem') return 'async'
  if (needsWorker(options)) return prefer ?? usual()
  if (worker !== undefined && nJobs === undefined) return 'sequential'
  return prefer === undefined && options.workerUrl === undefined && isOne(nJobs, worker) ? 'sequential' : (prefer ?? usual())
}

const usual = (): BackendName => (defaultBackend() as BackendName | undefined) ?? 'threads'

// A worker of its own for an inner run, whose own worker waits for it meanwhile, gains nothing; at the top only a 1 asked for runs inline.
const isOne = (nJobs: number | undefined, worker: WorkerContext | undefined): boolean =>
  worker === undefined ? nJobs === 1 : effectiveNJobs(nJobs, worker.cpus) === 1

function needsWorker({ retries, onOutput, ...options }: Given): boolean {
  const { workerUrl, ...demands } = workerOptions(options)
  return toPolicy(retries).crash > 0 || onOutput !== undefined || Object.keys(demands).length > 0
}

const workerOptions = (options: Read<typeof workerRules>): ResolvedWorkerOptions =>
  onlyGiven(Object.fromEntries(workerOptionNames.map((name) => [name, options[name]])))

function nJobsFor({ nJobs }: Given, backend: unknown, worker: WorkerContext | undefined): number {
  return backend === 'sequential' ? 1 : effectiveNJobs(nJobs, worker?.cpus ?? cpuCount())
}

function preDispatchFor(preDispatch: number | string, nJobs: number): Either<string, number> {
  if (typeof preDispatch === 'number') return right(preDispatch)
  return preDispatch === 'all' ? right(Number.POSITIVE_INFINITY) : evaluatePreDispatch(preDispatch, nJobs)
}

const finite = (ms: number | undefined): number | undefined => (ms === Number.POSITIVE_INFINITY ? undefined : ms)

const onlyGiven = (options: object): object => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
