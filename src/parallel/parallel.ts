/** `Parallel`: reads its options once, then each call is a run. */
import { ContextError } from '../errors.js'
import { noteCallSites } from '../function/engine/call-sites.js'
import { own } from '../own.js'
import { Roster } from '../roster.js'
import { type AnyFunction, Callee, Task } from '../task.js'
import { workerContext } from '../worker/context.js'
import { engineFor } from './backends.js'
import { TaskReader } from './input/source.js'
import { activeConfig } from './options/config.js'
import type { ParallelOptions, ResolvedOptions } from './options/parallel-options.js'
import { readParallelOptions } from './options/read-options.js'
import { type Consumed, ListOutput, StreamOutput } from './output/output.js'
import { closeBackend, type LeaseHolder } from './run/lease-holder.js'
import { listenerFor } from './run/listeners.js'
import type { Meter } from './run/meter.js'
import { Run } from './run/run.js'
import { watchForStalls } from './run/stalls.js'
import { statsOf } from './run/stats.js'
import type { ParallelFunction } from './runner.js'
import { RunStream } from './stream.js'

/**
 * Runs any loop on every core: `Parallel(options)` gives a function, and that function runs tasks.
 *
 * @param options See {@link ParallelOptions}; by default, threads on all usable CPUs and an array of results. What is not given here is as
 *   {@link parallelConfig} and {@link setParallelConfig} say at this moment.
 * @throws {OptionError} With every unknown or wrong option.
 * @throws {ContextError} While a worker loads a module, if that module starts a run as it is loaded.
 * @example
 * ```ts
 * import { delayed, Parallel } from 'joblet'
 *
 * const slow = (n: number): number => {
 *   for (let i = 0; i < 1e6; i++) n += Math.sin(i) ** 2 / 1e6
 *   return Math.round(n)
 * }
 * console.log(await Parallel({ nJobs: 2 })([1, 2, 3].map((n) => delayed(slow)(n)))) // [ 2, 3, 4 ]
 * ```
 * @category Run tasks
 */
export const Parallel: ParallelFunction = own('Parallel', (options?: ParallelOptions) => {
  const read = readParallelOptions(options ?? {}, workerContext(), activeConfig())
  return makeRunner(read, { lease: undefined, made: undefined }) as unknown as never
})

type AnyRun = (source: unknown) => Promise<unknown> | RunStream

type Items = Iterable<unknown> | AsyncIterable<unknown>

/** What runs tasks, by options that were checked. */
export interface AnyRunner extends AnyRun {
  map(items: Items, fn: AnyFunction): Promise<unknown> | RunStream
  /** Wait for its runs. */
  finish(): Promise<void>
  /** Wait for its runs, and let go of the workers. */
  close(): Promise<void>
}

/** What runs of one `Parallel` have in common. */
interface Shared {
  readonly options: ResolvedOptions
  readonly holder: LeaseHolder
  /** Runs that are under way; a stream's consumer has a say in when it ends. */
  readonly running: Roster<{ readonly run: Run; readonly reading: WeakRef<RunStream> | undefined }>
  /** How many have begun, and what the last of them has cost. */
  runs: number
  meter: Meter | undefined
}

/** A runner. @param holder Its hold on workers, which it may have in common with others. */
export function makeRunner(options: ResolvedOptions, holder: LeaseHolder): AnyRunner {
  const shared: Shared = { options, holder, running: new Roster(), runs: 0, meter: undefined }
  const run: AnyRun = options.returnAs === 'list' ? (source) => list(source, shared) : (source) => stream(source, shared)
  const finish = async () => {
    const running = [...shared.running]
    for (const { reading } of running) reading?.deref()?.close()
    await Promise.all(running.map(({ run }) => run.finished()))
  }
  const close = () => finish().then(() => closeBackend(holder))
  return Object.assign(run, {
    map: (items: Items, fn: AnyFunction) => run(tasksOver(items, fn)),
    stats: () => statsOf(shared.runs, options.nJobs, shared.meter),
    finish,
    close,
    [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]: close,
  })
}

function list(source: unknown, shared: Shared): Promise<unknown> {
  // Before anything is awaited: the caller's own file is still on the stack.
  noteCallSites()
  refuseWhileLoading()
  const collect = shared.options.onError === 'collect'
  const reader = new TaskReader(source)
  const run = new Run(reader, shared.options, (consumed) => new ListOutput(collect, consumed, reader.total), listenerFor)
  return new Promise((resolve, reject) => {
    run.whenChanged(() => {
      if (run.end?.ok === true) resolve((run.output as ListOutput).values())
      else if (run.end !== undefined) reject(run.end.error)
    })
    start(run, undefined, shared)
  })
}

function stream(source: unknown, shared: Shared): RunStream {
  noteCallSites()
  refuseWhileLoading()
  const { onError, returnAs } = shared.options
  const makeOutput = (consumed: Consumed) => new StreamOutput(onError === 'collect', returnAs === 'generator', consumed)
  const run = new Run(new TaskReader(source), shared.options, makeOutput, listenerFor)
  const reading = new RunStream(run, run.output as StreamOutput)
  start(run, reading, shared)
  return reading
}

function start(run: Run, reading: RunStream | undefined, shared: Shared): void {
  const { options, holder, running } = shared
  const leave = running.add({ run, reading: reading && new WeakRef(reading) })
  shared.runs += 1
  shared.meter = run.meter
  const engine = engineFor(run, options, holder)
  const unwatch = watchForStalls(run, engine)
  void run.finished().then(() => {
    leave()
    unwatch()
  })
  run.start(engine, typeof options.backend === 'string' ? options.backend : options.backend.name)
}

/** A module that starts a run while a worker loads it would start workers that load it again, and so on. */
export function refuseWhileLoading(): void {
  if (workerContext()?.loading !== true) return
  throw new ContextError(
    'cannot start a run while a worker loads a module: every worker would start it again; start it from a function, or from the script that is run, not at the top of a module that tasks are imported from',
  )
}

/** Tasks that call `fn` with each item, pulled one by one. */
function tasksOver(items: Items, fn: AnyFunction): Iterable<Task> | AsyncIterable<Task> {
  if (typeof fn !== 'function')
    throw new TypeError(`cannot map ${String(fn)} over the items: it is no function; write Parallel(options).map(items, fn)`)
  const callee = new Callee(fn, false)
  if (Array.isArray(items)) return tasksOfArray(items, callee)
  if (typeof items === 'object' && items !== null && Symbol.asyncIterator in items) return mapAsync(items, callee)
  if (typeof items === 'string' || (typeof items === 'object' && items !== null && Symbol.iterator in items)) return mapSync(items, callee)
  throw new TypeError(`cannot map over ${String(items)}: it is no list; pass an array, a generator or an async generator`)
}

// By index: `Array.from` takes 100,000 items from an iterator, in three times the time. Holes count as undefined, as in a for-of loop.
function tasksOfArray(items: readonly unknown[], callee: Callee): Task[] {
  const tasks = new Array<Task>(items.length)
  for (let i = 0; i < items.length; i++) tasks[i] = new Task(callee, items[i])
  return tasks
}

function* mapSync(items: Iterable<unknown>, callee: Callee): Generator<Task> {
  for (const item of items) yield new Task(callee, item)
}

async function* mapAsync(items: AsyncIterable<unknown>, callee: Callee): AsyncGenerator<Task> {
  for await (const item of items) yield new Task(callee, item)
}
