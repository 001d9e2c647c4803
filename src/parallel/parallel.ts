/** `Parallel`: reads its options once, then each call is a run. */
import { ContextError } from '../errors.js'
import type { Listener } from '../events.js'
import { own } from '../own.js'
import { progressListener } from '../report/progress.js'
import { verboseListener } from '../report/verbose.js'
import { type AnyFunction, Task } from '../task.js'
import { workerContext } from '../worker/context.js'
import { engineFor, type LeaseHolder } from './backends.js'
import { ListOutput, StreamOutput } from './output.js'
import type { ParallelOptions, ResolvedOptions } from './parallel-options.js'
import { readParallelOptions } from './read-options.js'
import { Run } from './run.js'
import type { Runner } from './runner.js'
import { RunStream } from './stream.js'

/**
 * Runs any loop on every core: `Parallel(options)` gives a function, and that function runs tasks.
 *
 * @param options See {@link ParallelOptions}; by default, threads on all usable CPUs and an array of results.
 * @throws {OptionError} With every unknown or wrong option.
 * @throws {ContextError} While a worker loads a module, if that module starts a run as it is loaded.
 * @example
 * const roots = await Parallel({ nJobs: 2 })([1, 4, 9].map((x) => delayed(Math.sqrt)(x))) // [1, 2, 3]
 */
export const Parallel = own('Parallel', <const Options extends ParallelOptions = ParallelOptions>(options?: Options): Runner<Options> => {
  const read = readParallelOptions(options ?? {}, workerContext())
  return makeRunner(read) as unknown as Runner<Options>
})

type AnyRun = (source: unknown) => Promise<unknown> | RunStream

function makeRunner(options: ResolvedOptions): AnyRun {
  const holder: LeaseHolder = { lease: undefined }
  const runs = new Set<Run>()
  const run: AnyRun = (source) => startRun(source, options, holder, runs)
  const close = async () => {
    await Promise.all([...runs].map((running) => running.finished()))
    await holder.lease?.close()
  }
  return Object.assign(run, {
    map: (items: Iterable<unknown> | AsyncIterable<unknown>, fn: AnyFunction) => run(tasksOver(items, fn)),
    close,
    [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]: close,
  })
}

function startRun(source: unknown, options: ResolvedOptions, holder: LeaseHolder, runs: Set<Run>): Promise<unknown> | RunStream {
  refuseWhileLoading()
  const collect = options.onError === 'collect'
  const listener = listenerFor(options)
  const track = (run: Run) => {
    runs.add(run)
    void run.finished().then(() => runs.delete(run))
  }
  if (options.returnAs === 'list') {
    const run = new Run(source, options, (consumed) => new ListOutput(collect, consumed), listener)
    track(run)
    return listOf(run, options, holder)
  }
  const run = new Run(source, options, (consumed) => new StreamOutput(collect, options.returnAs === 'generator', consumed), listener)
  track(run)
  const stream = new RunStream(run, run.output as StreamOutput)
  run.start(engineFor(run, options, holder), nameOf(options))
  return stream
}

function listOf(run: Run, options: ResolvedOptions, holder: LeaseHolder): Promise<unknown> {
  return new Promise((resolve, reject) => {
    run.onChange = () => {
      if (run.end === undefined) return
      if (run.end.ok) resolve((run.output as ListOutput).values)
      else reject(run.end.error)
    }
    run.start(engineFor(run, options, holder), nameOf(options))
  })
}

const nameOf = ({ backend }: ResolvedOptions): string => (typeof backend === 'string' ? backend : backend.name)

function listenerFor({ onProgress, verbose, nJobs }: ResolvedOptions): Listener | undefined {
  const listeners: Listener[] = []
  if (onProgress !== undefined) listeners.push(progressListener(onProgress))
  if (verbose > 0) listeners.push(verboseListener({ verbose, nJobs }))
  if (listeners.length === 0) return undefined
  return (event) => {
    for (const listener of listeners) listener(event)
  }
}

/** A module that starts a run while a worker loads it would start workers that load it again, and so on. */
function refuseWhileLoading(): void {
  if (workerContext()?.loading !== true) return
  throw new ContextError(
    'cannot start a run while a worker loads a module: every worker would start it again; start it from a function, or from the script that is run, not at the top of a module that tasks are imported from',
  )
}

/** Tasks that call `fn` with each item, pulled one by one. */
function tasksOver(items: Iterable<unknown> | AsyncIterable<unknown>, fn: AnyFunction): Iterable<Task> | AsyncIterable<Task> {
  if (typeof fn !== 'function')
    throw new TypeError(`cannot map ${String(fn)} over the items: it is no function; write Parallel(options).map(items, fn)`)
  if (Array.isArray(items)) return items.map((item) => new Task(fn, [item], undefined))
  if (typeof items === 'object' && items !== null && Symbol.asyncIterator in items) return mapAsync(items, fn)
  if (typeof items === 'object' && items !== null && Symbol.iterator in items) return mapSync(items, fn)
  throw new TypeError(`cannot map over ${String(items)}: it is no list; pass an array, a generator or an async generator`)
}

function* mapSync(items: Iterable<unknown>, fn: AnyFunction): Generator<Task> {
  for (const item of items) yield new Task(fn, [item], undefined)
}

async function* mapAsync(items: AsyncIterable<unknown>, fn: AnyFunction): AsyncGenerator<Task> {
  for await (const item of items) yield new Task(fn, [item], undefined)
}
