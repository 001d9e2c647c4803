/** What comes out of Python's calls follows from what goes in: compiled by `npm run check:types`, never run. */
import { asCompleted, type DoneFuture, type Future, ProcessPoolExecutor, ThreadPoolExecutor, wait } from 'joblet/futures'
import { type AsyncResult, currentProcess, Pool, Process } from 'joblet/multiprocessing'

declare const numbers: number[]
declare const words: AsyncIterable<string>
declare const pairs: [number, string][]
declare const loose: number[][]
declare function cube(n: number): number
declare function repeat(count: number, word: string): Promise<string>
declare function pad(word: string, length?: number): string
declare function identity<T>(value: T): T
declare function nothing(): { ok: true }
declare function hello(name: string): void

/** Compiles only if `value` is a `T`. */
const is = <T>(value: T): T => value

const pool = Pool({ processes: 4, initializer: pad, initargs: ['x', 3], maxtasksperchild: 100 })
const executor = ProcessPoolExecutor({ maxWorkers: 2, initializer: null })

export const made = [
  is<Pool>(Pool()),
  is<Pool>(new Pool(5)),
  is<Pool>(Pool({ backend: 'threads', processes: null })),
  ThreadPoolExecutor(3),
]

export const ofPool = [
  is<Promise<number[]>>(pool.map(cube, numbers)),
  is<Promise<string[]>>(pool.map(pad, words, { chunksize: 10 })),
  is<Promise<string[]>>(pool.starmap(repeat, pairs)),
  is<Promise<string[]>>(
    pool.starmap(repeat, [
      [1, 'a'],
      [2, 'b'],
    ]),
  ),
  is<Promise<string[]>>(pool.starmap(pad, [['a'], ['b', 2]])),
  is<Promise<string>>(pool.apply(repeat, [2, 'ab'])),
  is<Promise<{ ok: true }>>(pool.apply(nothing)),
  is<AsyncResult<string>>(pool.applyAsync(repeat, [2, 'ab'], { callback: (text) => text.length, errorCallback: (error) => String(error) })),
  is<AsyncResult<number[]>>(pool.mapAsync(cube, numbers, { chunksize: 3, callback: ([first]) => first?.toFixed() })),
  is<AsyncResult<string[]>>(pool.starmapAsync(repeat, pairs)),
  is<Promise<string>>(pool.applyAsync(pad, ['a']).get({ timeout: 1_000 })),
  is<AsyncGenerator<number>>(pool.imap(cube, new Set(numbers))),
  is<AsyncGenerator<string>>(pool.imapUnordered(identity<string>, words)),
]

export const ofExecutor = [
  is<Future<number>>(executor.submit(cube, 3)),
  is<Future<string>>(executor.submit(repeat, 2, 'ab')),
  is<Future<string>>(executor.submit(pad, 'ab')),
  is<Future<number>>(executor.submit(identity, 5)),
  is<Future<{ ok: true }>>(executor.submit(nothing)),
  is<AsyncGenerator<number>>(executor.map(cube, numbers)),
  is<AsyncGenerator<string>>(executor.map(repeat, numbers, words, { timeout: 1_000, chunksize: 5 })),
  is<Promise<string>>(executor.submit(repeat, 2, 'ab').result({ timeout: 10 })),
  is<Promise<readonly [number, string]>>(Promise.all([executor.submit(cube, 3), executor.submit(pad, 'a')])),
]

export async function waited(futures: Future<number>[]): Promise<number> {
  const { done, notDone } = await wait(futures, { returnWhen: 'FIRST_EXCEPTION', timeout: 100 })
  is<Set<Future<number>>>(done)
  const mixed = await wait([executor.submit(cube, 3), executor.submit(pad, 'a')])
  is<Set<Future<number> | Future<string>>>(mixed.done)
  for await (const future of asCompleted([...done, ...notDone], { timeout: 5 })) is<DoneFuture<number>>(future).result()
  futures[0]?.addDoneCallback(async (future) => is<number>(await future))
  return is<number>(await is<Future<number>>(executor.submit(cube, 3)))
}

export const processes = [
  is<Process>(Process({ target: hello, args: ['bob'], name: 'greeter', daemon: true })),
  is<Process>(new Process({ target: nothing })),
  is<Process>(Process({ target: pad, args: ['a'] })),
  is<number | null>(Process({ target: nothing }).exitCode),
  is<string>(currentProcess().name),
]

export function wrong(): void {
  // @ts-expect-error hello takes a string
  Process({ target: hello, args: [1] })
  // @ts-expect-error hello takes an argument
  Process({ target: hello })
  // @ts-expect-error Python's kwargs do not exist
  Process({ target: nothing, kwargs: {} })
  // @ts-expect-error cube takes a number
  pool.map(cube, ['a'])
  // @ts-expect-error cube takes a number
  pool.apply(cube, ['a'])
  // @ts-expect-error cube takes an argument
  pool.apply(cube)
  // @ts-expect-error arguments are an array
  pool.apply(cube, 3)
  // @ts-expect-error rows of any length may be too short
  pool.starmap(repeat, loose)
  // @ts-expect-error the second item of each row is a string
  pool.starmap(repeat, [[1, 2]])
  // @ts-expect-error there is no such option
  Pool({ maxWorkers: 3 })
  // @ts-expect-error pad takes a string first
  Pool({ initializer: pad, initargs: [1] })
  // @ts-expect-error cube takes a number
  executor.submit(cube, 'a')
  // @ts-expect-error repeat takes two arguments
  executor.submit(repeat, 1)
  // @ts-expect-error cube takes one
  executor.submit(cube, 1, 2)
  // @ts-expect-error cube takes a number
  executor.map(cube, ['a'])
  // @ts-expect-error repeat takes two arguments
  executor.map(repeat, numbers)
  // @ts-expect-error there is no such condition
  wait([], { returnWhen: 'SOME' })
  // @ts-expect-error a promise is no future
  wait([Promise.resolve(1)])
}
