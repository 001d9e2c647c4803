/** Every form of a run that the guide shows, as one program; `packed.test.ts` runs it from wherever a user may write it. */
import { basename } from 'node:path'
import { type BackendName, delayed, failureOf, Parallel } from 'joblet'
import { parallelTE, settle } from 'joblet/fp'
import { asCompleted, ProcessPoolExecutor, ThreadPoolExecutor } from 'joblet/futures'
import { currentProcess, Pool, Process } from 'joblet/multiprocessing'

const factor = 3
const times = (n: number): number => n * factor
const cube = async (n: number): Promise<number> => n ** 3
const shout = (word: string): string => `${word.toUpperCase()}!`
const parse = (text: string): { n: number } => ({ n: Number(text) })

class RecipeError extends Error {
  readonly code: string

  constructor(dish: string, code: string) {
    super(`cannot cook ${dish}`)
    this.name = 'RecipeError'
    this.code = code
  }
}

function cook(dish: string): string {
  if (dish === 'stones') throw new RecipeError(dish, 'ERR_STONES')
  return `cooked ${dish}`
}

async function* dishes() {
  for (const dish of ['soup', 'rice', 'stones']) yield delayed(cook)(dish)
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const value of values) found.push(value)
  return found
}

async function rejection(run: PromiseLike<unknown>): Promise<unknown[]> {
  try {
    await run
    return []
  } catch (error) {
    const { name, message, code } = error as RecipeError
    return [error instanceof Error, name, message, code, failureOf(error)?.index]
  }
}

async function formsOn(backend: BackendName, workerUrl: string | undefined) {
  const options = { nJobs: 2, backend, workerUrl } as const
  const numbers = [1, 2, 3, 4, 5]
  const [parsed, shouted] = await Parallel(options)([delayed(parse)('41'), delayed(shout)('go')])
  const outcomes = await Parallel({ ...options, onError: 'collect' })(dishes())
  const parallel = Parallel(options)
  const twice = [await parallel(numbers.map((n) => delayed(times)(n))), await parallel.map(numbers, (n) => n - factor)]
  await parallel.close()
  const told: string[] = []
  await Parallel({ nJobs: 2, backend, workerUrl, onProgress: ({ done, total }) => told.push(`${done} of ${total ?? '?'}`) }).map(
    numbers,
    times,
  )
  return {
    told,
    list: await Parallel(options)(numbers.map((n) => delayed(Math.sqrt)(n ** 2))),
    tuple: [parsed.n + 1, shouted.length],
    map: await Parallel(options).map(['/a/b.txt', '/c/d.txt'], (path) => basename(path, '.txt')),
    raw: await Parallel(options)(numbers.map((n): [typeof cube, [number]] => [cube, [n]])),
    generator: await all(Parallel({ ...options, returnAs: 'generator' })(numbers.map((n) => delayed(times)(n)))),
    unordered: (await all(Parallel({ ...options, returnAs: 'generator_unordered' })(numbers.map((n) => delayed(cube)(n))))).sort(
      (a, b) => a - b,
    ),
    collect: outcomes.map((outcome) => (outcome._tag === 'Right' ? outcome.right : outcome.left.kind)),
    twice,
    fp: [
      await parallelTE(options)([delayed(parse)('41'), delayed(shout)('go')] as const)(),
      (await settle(options)([delayed(cook)('rice'), delayed(cook)('stones')])()).map(({ _tag }) => _tag),
    ],
    rejection: await rejection(Parallel(options)(dishes())),
  }
}

async function pythonForms(workerUrl: string | undefined) {
  const pools = []
  for (const backend of ['threads', 'processes'] as const) {
    const pool = Pool({ processes: 1, backend, workerUrl })
    pools.push(await pool.map(times, [1, 2]), await pool.apply(() => currentProcess().name), await pool.applyAsync(cube, [2]).get())
    pool.close()
    await pool.join()
  }
  const futures = []
  for (const Executor of [ThreadPoolExecutor, ProcessPoolExecutor]) {
    const executor = Executor({ maxWorkers: 2, workerUrl })
    const results = [executor.submit(times, 3), executor.submit(shout, 'go')]
    for await (const future of asCompleted(results)) futures.push(future.done())
    futures.push(...(await Promise.all(results)), ...(await all(executor.map(cube, [1, 2]))))
    await executor.shutdown()
  }
  const p = Process({ target: (code) => process.exit(code + factor), args: [4], workerUrl })
  p.start()
  await p.join()
  return { pools, futures, exitCode: p.exitCode }
}

/** What the forms come to, on each backend. */
export async function forms(workerUrl: string | undefined): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = { python: await pythonForms(workerUrl) }
  for (const backend of ['threads', 'processes', 'async', 'sequential'] as const) found[backend] = await formsOn(backend, workerUrl)
  return found
}
