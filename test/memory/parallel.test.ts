/** Cached functions as tasks. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BackendName, delayed, type MemorizedResult, Memory, Parallel } from 'joblet'
import { afterAll, describe, expect, test } from 'vitest'
import { noted, Scale } from '../fixtures/memory/tasks.mjs'
import { listener, temporaryFolder } from './folder.js'

const backends: readonly BackendName[] = ['threads', 'processes', 'async', 'sequential']
const pools = Object.fromEntries(backends.map((backend) => [backend, Parallel({ nJobs: 2, backend })]))
afterAll(async () => {
  for (const pool of Object.values(pools)) await pool.close()
})
const run = (backend: BackendName) => pools[backend] as (typeof pools)[string]

/** A folder and a file that each run of a function adds a line to. */
function place() {
  const folder = temporaryFolder()
  const log = join(folder, 'log')
  return { location: join(folder, 'cache'), log, runs: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0) }
}

const numbers = [1, 2, 3, 4, 5, 6]

describe.each(backends)('on %s', (backend) => {
  test('an export is computed once a key, by workers and by the program, at the same place', async () => {
    const { location, log, runs } = place()
    const cached = Memory({ location }).cache(noted)
    const first = await run(backend)([...numbers, ...numbers].map((n) => delayed(cached)(log, n)))

    expect(first).toEqual([...numbers, ...numbers].map((n) => ({ n, square: n * n })))
    expect(runs()).toBe(6)
    expect(await Memory({ location }).cache(noted)(log, 3)).toEqual({ n: 3, square: 9 })
    expect(await run(backend)(numbers.map((n) => delayed(cached)(log, n)))).toEqual(numbers.map((n) => ({ n, square: n * n })))
    expect(runs()).toBe(6)
  })

  test('a closure keeps what it captured, and workers and program agree about the key', async () => {
    const { location, log, runs } = place()
    const config = { factor: 3 }
    const closure = (n: number) => {
      appendFileSync(log, `${n}\n`)
      return n * config.factor
    }
    const cached = Memory({ location }).cache(closure)
    expect(await run(backend)(numbers.map((n) => delayed(cached)(n)))).toEqual(numbers.map((n) => n * 3))
    expect(await cached(4)).toBe(12)
    expect(runs()).toBe(6)
    config.factor = 4
    expect(await run(backend)([delayed(cached)(4)])).toEqual([16])
    expect(runs()).toBe(7)
  })

  test('a bound method', async () => {
    const { location, log, runs } = place()
    const scale = new Scale(5)
    const cached = Memory({ location }).cache(scale.times.bind(scale))
    expect(await run(backend)(numbers.map((n) => delayed(cached)(log, n)))).toEqual(numbers.map((n) => n * 5))
    expect(await cached(log, 2)).toBe(10)
    expect(runs()).toBe(6)
  })

  test('a task that calls a cached function, and one that runs a Parallel of its own', async () => {
    const { location, log, runs } = place()
    const cached = Memory({ location }).cache(noted)
    const outer = async (n: number) => (await cached(log, n)).square
    const nested = async (n: number) => {
      const found = await Parallel({ nJobs: 2, backend: 'threads' })([n, n + 1].map((each) => delayed(cached)(log, each)))
      return found.map(({ square }) => square)
    }
    expect(await run(backend)(numbers.map((n) => delayed(outer)(n)))).toEqual(numbers.map((n) => n * n))
    expect(runs()).toBe(6)
    expect(await run(backend)([delayed(nested)(1)])).toEqual([[1, 4]])
    expect(runs()).toBe(6)
  })

  test('a failing task fails as it does without a cache', async () => {
    const { location } = place()
    const fail = Memory({ location }).cache((n: number): number => {
      throw new RangeError(`not ${n}`)
    })
    await expect(run(backend)([delayed(fail)(1)])).rejects.toThrow(new RangeError('not 1'))
  })

  test('a reference to a result travels, and is read where it is needed', async () => {
    const { location, log } = place()
    const reference = await Memory({ location }).cache(noted).callAndShelve(log, 7)
    const read = async (result: MemorizedResult<{ square: number }>) => (await result.get()).square
    expect(reference.metadata).toMatchObject({ name: 'noted' })
    expect(await run(backend)([delayed(read)(reference)])).toEqual([49])
    await reference.clear()
    await expect(reference.get()).rejects.toMatchObject({ code: 'ERR_STORE', message: expect.stringContaining('call the function again') })
  })
})

test('hits are answered without a worker, in order, whatever is computed around them', async () => {
  const { location, log } = place()
  const { events, onEvent } = listener()
  const cached = Memory({ location, onEvent }).cache(noted)
  for (const n of [2, 4, 6, 8]) await cached(log, n)
  events.length = 0
  const tasks = () => Array.from({ length: 9 }, (_, n) => delayed(cached)(log, n))
  const expected = Array.from({ length: 9 }, (_, n) => ({ n, square: n * n }))

  const streamed = []
  for await (const value of Parallel({ nJobs: 2, returnAs: 'generator' })(tasks())) streamed.push(value)
  expect(streamed).toEqual(expected)
  expect(events.filter(({ type }) => type === 'hit')).toHaveLength(4)
  const outcomes = await Parallel({ nJobs: 2, onError: 'collect' })(tasks())
  expect(outcomes.map((outcome) => outcome._tag === 'Right' && outcome.right)).toEqual(expected)
  const unordered = []
  for await (const value of Parallel({ nJobs: 2, returnAs: 'generator_unordered' })(tasks())) unordered.push(value)
  expect(unordered.sort((a, b) => a.n - b.n)).toEqual(expected)
})

test('an endless input of hits is read no further than its consumer reads', async () => {
  const { location, log } = place()
  const cached = Memory({ location }).cache(noted)
  await cached(log, 1)
  let pulled = 0
  function* endless() {
    for (;;) {
      pulled++
      yield delayed(cached)(log, 1)
    }
  }
  let read = 0
  for await (const { square } of Parallel({ nJobs: 2, returnAs: 'generator' })(endless())) {
    expect(square).toBe(1)
    if (++read === 100) break
  }
  expect(pulled).toBeLessThan(120)
})

test('an instance of a class of the program comes back from a worker’s entry as that class', async () => {
  const { location } = place()
  const memory = Memory({ location })
  const make = memory.cache((n: number) => new Scale(n))
  const [computed] = await run('processes')([delayed(make)(3)])
  const found = await make(3)
  expect([computed?.factor, found instanceof Scale, found.factor]).toEqual([3, true, 3])
})
