/**
 * joblet/fp: runs and caches as fp-ts has it. Nothing is started before the `Task` is called, and each call starts it anew.
 *
 * @module joblet/fp
 */
import type { Task as LazyPromise } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { OptionError } from '../errors.js'
import { type Failure, failureOf } from '../failure.js'
import type { CachedFunction } from '../memory/cached-function.js'
import { failed, type Outcome, success } from '../outcome.js'
import type { OnError, ParallelDefaults } from '../parallel/options/parallel-options.js'
import { Parallel } from '../parallel/parallel.js'
import type { ItemOf, Runner, TaskLike, TupleOf, ValueOf } from '../parallel/runner.js'

/**
 * Tasks, as `Parallel` takes them: an array (a tuple keeps its types), a generator or an async generator, which gives its tasks to one call only.
 *
 * @example
 * ```ts
 * import { delayed } from 'joblet'
 * import { parallelTE, type Tasks } from 'joblet/fp'
 *
 * const runAll = <Given extends Tasks>(tasks: Given) => parallelTE({ nJobs: 2 })(tasks)
 * console.log(await runAll([1, 4].map((n) => delayed(Math.sqrt)(n)))()) // { _tag: 'Right', right: [ 1, 2 ] }
 * ```
 * @category Runs
 */
export type Tasks = readonly TaskLike[] | Iterable<TaskLike> | AsyncIterable<TaskLike>

/**
 * What a list of tasks comes to. One signature in place of overloads: the compiler then follows it through `pipe`.
 *
 * @example
 * ```ts
 * import type { Task } from 'joblet'
 * import type { ResultsOf } from 'joblet/fp'
 *
 * const results: ResultsOf<'throw', [Task<number>, Task<string>]> = [1, 'a']
 * const many: ResultsOf<'throw', Generator<Task<number>>> = [1, 2, 3]
 * ```
 * @category Runs
 */
export type ResultsOf<Errors extends OnError, Given extends Tasks> = Given extends readonly TaskLike[]
  ? Readonly<TupleOf<Errors, Given>>
  : Given extends Iterable<infer Item> | AsyncIterable<infer Item>
    ? readonly ItemOf<Errors, ValueOf<Item>>[]
    : never

/**
 * What {@link parallelTE} gives.
 *
 * @example
 * ```ts
 * import { delayed } from 'joblet'
 * import { parallelTE, type RunnerTE } from 'joblet/fp'
 *
 * const roots = (run: RunnerTE) => run([1, 4, 9].map((n) => delayed(Math.sqrt)(n)))
 * const onThreads = parallelTE({ nJobs: 2 })
 * console.log(await roots(onThreads)()) // { _tag: 'Right', right: [ 1, 2, 3 ] }
 * await onThreads.close()
 * ```
 * @category Runs
 */
export interface RunnerTE {
  /** Run tasks: all results in the order of the tasks, or the first failure. */
  <const Given extends Tasks>(tasks: Given): TaskEither<Failure, ResultsOf<'throw', Given>>
  /** See {@link Runner.close}. */
  readonly close: LazyPromise<void>
}

/**
 * What {@link settle} gives.
 *
 * @example
 * ```ts
 * import { delayed } from 'joblet'
 * import { type SettledRunner, settle } from 'joblet/fp'
 *
 * const tags = async (run: SettledRunner) => (await run(['1', '{'].map((text) => delayed(JSON.parse)(text)))()).map(({ _tag }) => _tag)
 * console.log(await tags(settle({ nJobs: 2 }))) // [ 'Right', 'Left' ]
 * ```
 * @category Runs
 */
export interface SettledRunner {
  /** Run tasks: what each of them came to, in their order. The promise rejects only where no task is to blame, as when the input throws. */
  <const Given extends Tasks>(tasks: Given): LazyPromise<ResultsOf<'collect', Given>>
  /** See {@link Runner.close}. */
  readonly close: LazyPromise<void>
}

/**
 * Runs tasks as a `TaskEither`: `Right` with all results, or `Left` with the failure that ended the run. It never rejects: an input that throws and
 * workers that cannot be started are a `Left` too, with an `index` of -1 and no `attempts`.
 *
 * @param options As of {@link Parallel}, but for `returnAs` and `onError`, which this form settles.
 * @throws {OptionError} At once, with every unknown or wrong option.
 * @example
 * ```ts
 * import { pipe } from 'fp-ts/lib/function.js'
 * import * as TE from 'fp-ts/lib/TaskEither.js'
 * import { delayed } from 'joblet'
 * import { parallelTE } from 'joblet/fp'
 *
 * const total = pipe(
 *   [1, 4, 9].map((n) => delayed(Math.sqrt)(n)),
 *   parallelTE({ nJobs: 2 }),
 *   TE.map((roots) => roots.reduce((sum, root) => sum + root, 0)),
 * )
 * console.log(await total()) // { _tag: 'Right', right: 6 }
 * ```
 * @category Runs
 */
export function parallelTE(options?: ParallelDefaults): RunnerTE {
  const parallel = runnerFor('parallelTE', options, 'throw')
  const run = (tasks: Iterable<TaskLike>) => () => outcomeOf(() => parallel(tasks), failureBehind)
  return Object.assign(run, { close: () => parallel.close() }) as RunnerTE
}

/**
 * Runs tasks as a `Task` of what each came to: `Right` with a value, or `Left` with the failure.
 *
 * @param options As of {@link Parallel}, but for `returnAs` and `onError`, which this form settles.
 * @throws {OptionError} At once, with every unknown or wrong option.
 * @example
 * ```ts
 * import * as A from 'fp-ts/lib/Array.js'
 * import { delayed } from 'joblet'
 * import { settle } from 'joblet/fp'
 *
 * const outcomes = await settle({ nJobs: 2 })(['1', '{', '3'].map((text) => delayed(JSON.parse)(text)))()
 * const { left, right } = A.separate([...outcomes])
 * console.log(right, left.length) // [ 1, 3 ] 1
 * ```
 * @category Runs
 */
export function settle(options?: ParallelDefaults): SettledRunner {
  const parallel = runnerFor('settle', options, 'collect')
  const run = (tasks: Iterable<TaskLike>) => async () => parallel(tasks)
  return Object.assign(run, { close: () => parallel.close() }) as SettledRunner
}

/**
 * A function whose results are kept, as one that gives a `TaskEither`: `Left` with what the function threw, as a failure of kind `'thrown'`.
 *
 * @param cached What `memory.cache(fn)` gives.
 * @throws {TypeError} If it is anything else.
 * @example
 * ```ts
 * import { pipe } from 'fp-ts/lib/function.js'
 * import * as TE from 'fp-ts/lib/TaskEither.js'
 * import { Memory } from 'joblet'
 * import { memoizeTE } from 'joblet/fp'
 *
 * const parse = memoizeTE(Memory({ location: '.cache' }).cache((text: string): number => JSON.parse(text)))
 * console.log(await pipe(parse('20'), TE.map((n) => n + 1))()) // { _tag: 'Right', right: 21 }
 * ```
 * @category Caches
 */
export function memoizeTE<Args extends readonly unknown[], T>(
  cached: CachedFunction<Args, T>,
): (...args: Args) => TaskEither<Failure, Awaited<T>> {
  if (typeof cached !== 'function' || typeof cached.checkCallInCache !== 'function')
    throw new TypeError('cannot make this a TaskEither: nothing keeps its results; write memoizeTE(memory.cache(fn))')
  return (...args) =>
    () =>
      outcomeOf(
        () => cached(...args),
        (error) => ({ kind: 'thrown', error, index: 0, attempts: 1 }),
      )
}

const shapes = ['returnAs', 'onError'] as const

function runnerFor<Errors extends OnError>(where: string, options: ParallelDefaults | undefined, onError: Errors): Runner<'list', Errors> {
  const given = shapes.filter((name) => Reflect.get(options ?? {}, name) !== undefined)
  if (given.length > 0)
    throw new OptionError(
      where,
      given.map((name) => `\`${name}\` must be left out: what comes out of ${where} is settled`),
    )
  return Parallel({ ...options, returnAs: 'list', onError }) as unknown as Runner<'list', Errors>
}

async function outcomeOf<T>(run: () => Promise<T>, failure: (error: unknown) => Failure): Promise<Outcome<T>> {
  try {
    return success(await run())
  } catch (error) {
    return failed(failure(error))
  }
}

const failureBehind = (error: unknown): Failure => failureOf(error) ?? { kind: 'thrown', error, index: -1, attempts: 0 }
