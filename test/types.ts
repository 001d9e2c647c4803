/** What comes out follows from what goes in: compiled by `npm run check:types`, never run. */
import { delayed, type Outcome, Parallel, type ParallelOptions, type Task } from 'joblet'

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

export const generic = <T>(some: Iterable<Task<T>>, options: ParallelOptions): Promise<T[]> => Parallel(options)(some)

export function wrong(): void {
  // @ts-expect-error parse takes a string
  delayed(parse)(1)
  // @ts-expect-error there is no such option
  Parallel({ njobs: 2 })
  // @ts-expect-error a progress has no such field
  Parallel({ onProgress: ({ percent }) => percent })
}
