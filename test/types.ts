/** What comes out follows from what goes in: compiled by `npm run check:types`, never run. */
import type { Task as LazyPromise } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import {
  type CachedFunction,
  delayed,
  type Failure,
  type Outcome,
  Parallel,
  type ParallelOptions,
  parallelConfig,
  type Runner,
  registerBackend,
  setParallelConfig,
  type Task,
} from 'joblet'
import { memoizeTE, parallelTE, settle } from 'joblet/fp'

declare const numbers: number[]
declare const tasks: Task<number>[]
declare function cube(n: number): number
declare function parse(path: string): { ast: true }
declare function read(url: URL): Promise<string>
declare function pages(): AsyncGenerator<Task<{ ast: true }>>
declare const url: URL

/** Compiles only if `value` is a `T`. */
const is = <T>(value: T): T => value

export const lists = [
  is<Promise<number[]>>(Parallel({ nJobs: 2 })(numbers.map((i) => delayed(Math.sqrt)(i ** 2)))),
  is<Promise<number[]>>(Parallel()(new Set(tasks))),
  is<Promise<string[]>>(Parallel({ nJobs: -1 }).map(['a'], async (path) => path)),
  is<Promise<unknown[]>>(Parallel({ prefer: 'threads' })(numbers.map((i) => [cube, [i]]))),
  is<Promise<unknown[]>>(Parallel()([])),
]

export const tuples = [
  is<Promise<[{ ast: true }, string]>>(Parallel()([delayed(parse)('x'), delayed(read)(url)])),
  is<Promise<[Outcome<{ ast: true }>, Outcome<string>]>>(Parallel({ onError: 'collect' })([delayed(parse)('x'), delayed(read)(url)])),
]

export const streams = [
  is<AsyncGenerator<{ ast: true }>>(Parallel({ returnAs: 'generator' })(pages())),
  is<AsyncGenerator<number>>(Parallel({ returnAs: 'generator_unordered' })(tasks)),
  is<AsyncGenerator<Outcome<number>>>(Parallel({ returnAs: 'generator', onError: 'collect' })(tasks)),
]

export const outcomes = is<Promise<Outcome<number>[]>>(Parallel({ onError: 'collect' })(tasks))

export async function disposed(): Promise<number[]> {
  await using parallel = Parallel({ nJobs: 4, backend: 'processes' })
  return await parallel(tasks)
}

/** Options that do not say which way results come leave all ways open. */
export const open = [
  is<Promise<(number | Outcome<number>)[]>>(Parallel({ onError: Math.random() < 0.5 ? 'collect' : 'throw' })(tasks)),
  is<Promise<number[]> | AsyncGenerator<number>>(Parallel({ returnAs: Math.random() < 0.5 ? 'list' : 'generator' })(tasks)),
]

export const generic = <T>(some: Iterable<Task<T>>, options: { readonly nJobs?: number }): Promise<T[]> => Parallel(options)(some)
export const runner = is<Runner>(Parallel({ nJobs: 2 }))

declare module 'joblet' {
  interface RegisteredBackends {
    cluster: true
  }
}

/** A config gives what its function gives; a registered name is a backend as any other. */
export const configured = [
  is<Promise<number[]>>(parallelConfig({ nJobs: 2, prefer: 'processes' }, () => Parallel()(tasks))),
  is<Promise<[string, number]>>(parallelConfig({}, async () => ['a', 1] as [string, number])),
  is<() => void>(setParallelConfig({ backend: 'cluster', verbose: 10 })),
  is<Promise<number[]>>(Parallel({ backend: 'cluster' })(tasks)),
  is<() => void>(registerBackend('cluster', async ({ nJobs, env }) => ({ name: `${nJobs} ${env?.['A']}`, open: () => Promise.reject() }))),
]

declare const cached: CachedFunction<[path: string], Promise<{ ast: true }>>

/** What `joblet/fp` gives follows from the tasks as well. */
export const functional = [
  is<TaskEither<Failure, readonly number[]>>(parallelTE({ nJobs: 2 })(tasks)),
  is<TaskEither<Failure, readonly { ast: true }[]>>(parallelTE()(pages())),
  is<TaskEither<Failure, readonly [{ ast: true }, string]>>(parallelTE()([delayed(parse)('x'), delayed(read)(url)])),
  is<LazyPromise<readonly Outcome<number>[]>>(settle()(new Set(tasks))),
  is<LazyPromise<readonly [Outcome<{ ast: true }>, Outcome<string>]>>(settle()([delayed(parse)('x'), delayed(read)(url)])),
  is<(path: string) => TaskEither<Failure, { ast: true }>>(memoizeTE(cached)),
]

export function wrong(): void {
  // @ts-expect-error parallelTE itself says what comes out
  parallelTE({ onError: 'collect' })
  // @ts-expect-error tasks are no numbers
  settle()([1, 2])
  // @ts-expect-error the cached function takes a string
  memoizeTE(cached)(1)
  // @ts-expect-error parse is not cached
  memoizeTE(parse)
  // @ts-expect-error nobody has told of such a backend
  Parallel({ backend: 'clutser' })
  // @ts-expect-error what comes out is for the caller of Parallel to say
  parallelConfig({ returnAs: 'generator' }, () => 1)
  // @ts-expect-error a config needs a function
  parallelConfig({ nJobs: 2 })
  // @ts-expect-error there is no such option
  setParallelConfig({ njobs: 2 })
  // @ts-expect-error a backend must be given, not its name
  registerBackend('cluster', () => 'threads')
  // @ts-expect-error parse takes a string
  delayed(parse)(1)
  // @ts-expect-error with such options, nobody knows whether there is a list of numbers
  is<(options: ParallelOptions) => Promise<number[]>>((options) => Parallel(options)(tasks))
  // @ts-expect-error the outcomes may be collected
  is<Promise<number[]>>(Parallel({ onError: Math.random() < 0.5 ? 'collect' : 'throw' })(tasks))
  // @ts-expect-error there is no such option
  Parallel({ njobs: 2 })
  // @ts-expect-error a progress has no such field
  Parallel({ onProgress: ({ percent }) => percent })
}
