/** Options for every `Parallel` of a flow, or of a program. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import {
  type Backend,
  delayed,
  OptionError,
  Parallel,
  type ParallelDefaults,
  type ParallelOptions,
  type PoolRequest,
  parallelConfig,
  serveBatch,
  setParallelConfig,
} from 'joblet'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { range, rejectionOf } from '../contracts/subject.js'
import { square } from '../fixtures/core/tasks.mjs'

/** A backend that runs batches here, and remembers how many workers each run asked for. */
function probe(name = 'probe') {
  const requests: PoolRequest[] = []
  const backend: Backend = {
    name,
    open: (request) => {
      requests.push(request)
      return {
        run: async (batch, onReply) => {
          await serveBatch(batch, onReply)
          return { kind: 'done' }
        },
        cancel: () => undefined,
        close: async () => undefined,
      }
    },
  }
  return { backend, requests, nJobs: () => requests.map((request) => request.nJobs) }
}

const one = [delayed(square)(3)]

/** How many workers a `Parallel` made here and now asks for. */
async function nJobsHere(options: ParallelOptions = {}): Promise<number | undefined> {
  const { backend, nJobs } = probe()
  await Parallel({ backend, ...options })(one)
  return nJobs()[0]
}

const problemsOf = (act: () => unknown): readonly string[] => {
  try {
    act()
  } catch (error) {
    if (error instanceof OptionError) return error.problems
    throw error
  }
  return []
}

describe('parallelConfig', () => {
  test('every Parallel that is made inside has its options', async () => {
    const { backend, nJobs } = probe()
    expect(await parallelConfig({ backend, nJobs: 5 }, () => Parallel()(one))).toEqual([9])
    expect(nJobs()).toEqual([5])
  })

  test('what a Parallel is given itself wins', async () => {
    expect(await parallelConfig({ nJobs: 5 }, () => nJobsHere({ nJobs: 2 }))).toBe(2)
    expect(await parallelConfig({ nJobs: 5 }, () => nJobsHere({ nJobs: undefined }))).toBe(5)
    const [ours, theirs] = [probe(), probe()]
    await parallelConfig({ backend: theirs.backend }, () => Parallel({ backend: ours.backend })(one))
    expect([ours.requests.length, theirs.requests.length]).toEqual([1, 0])
  })

  test('even where that says that there is no limit', async () => {
    const slow = async () => {
      await turn()
      return 'done'
    }
    const run = () => Parallel({ backend: 'async', timeout: Number.POSITIVE_INFINITY })([delayed(slow)()])
    expect(await parallelConfig({ timeout: 1e-6 }, run)).toEqual(['done'])
    const { backend } = probe()
    const sizes: number[] = []
    const counting: Backend = {
      ...backend,
      open: async (request) => {
        const pool = await backend.open(request)
        return {
          ...pool,
          run: (batch, ...how) => {
            sizes.push(batch.size)
            return pool.run(batch, ...how)
          },
        }
      },
    }
    const options: ParallelOptions = { backend: counting, batchSize: 4, maxTasksPerWorker: Number.POSITIVE_INFINITY }
    await parallelConfig({ maxTasksPerWorker: 1 }, () => Parallel(options)(range(4).map((n) => delayed(square)(n))))
    expect(sizes).toEqual([4])
  })

  test('a config within a config changes what it names, and keeps the rest', async () => {
    const { backend, nJobs } = probe()
    await parallelConfig({ backend, nJobs: 5 }, async () => {
      await parallelConfig({ nJobs: 2 }, () => Parallel()(one))
      await Parallel()(one)
    })
    expect(nJobs()).toEqual([2, 5])
  })

  test('it holds after each await, and not outside', async () => {
    const before = await nJobsHere()
    const inside = await parallelConfig({ nJobs: 7 }, async () => {
      await turn()
      const first = await nJobsHere()
      await turn()
      return [first, await nJobsHere()]
    })
    expect(inside).toEqual([7, 7])
    expect(await nJobsHere()).toBe(before)
  })

  test('flows that take turns keep to their own', async () => {
    const flow = (nJobs: number) =>
      parallelConfig({ nJobs }, async () => {
        const found: unknown[] = []
        for (const _ of range(5)) {
          await turn()
          found.push(await nJobsHere())
        }
        return found
      })
    expect(await Promise.all([flow(3), flow(4), flow(5)])).toEqual([3, 4, 5].map((nJobs) => range(5).map(() => nJobs)))
  })

  test('it is gone after an error, thrown or rejected', async () => {
    const before = await nJobsHere()
    const thrown = (): never => {
      throw new RangeError('no')
    }
    expect(() => parallelConfig({ nJobs: 9 }, thrown)).toThrow(RangeError)
    expect(await rejectionOf(parallelConfig({ nJobs: 9 }, async () => thrown()))).toBeInstanceOf(RangeError)
    expect(await nJobsHere()).toBe(before)
  })

  test('a Parallel keeps what it was made with, wherever it is called', async () => {
    const { backend, nJobs } = probe()
    const inside = parallelConfig({ backend, nJobs: 6 }, () => Parallel())
    const outside = Parallel({ backend })
    await inside(one)
    await parallelConfig({ nJobs: 3 }, () => outside(one))
    expect(nJobs()[0]).toBe(6)
    expect(nJobs()[1]).not.toBe(3)
  })

  test('gives what its function gives', () => {
    expect(parallelConfig({ nJobs: 2 }, () => 'now')).toBe('now')
  })

  test('a backend of the config outweighs the hint of a Parallel, as in joblib', async () => {
    const { backend, nJobs } = probe()
    await parallelConfig({ backend, nJobs: 3 }, () => Parallel({ prefer: 'threads' })(one))
    expect(nJobs()).toEqual([3])
  })

  test('what a Parallel requires outweighs the backend of a config, as in joblib', async () => {
    const { backend, requests } = probe()
    const seen: number[] = []
    const note = (n: number) => seen.push(n)
    await parallelConfig({ backend }, () => Parallel({ require: 'sharedmem' })([delayed(note)(1)]))
    await parallelConfig({ backend }, () => parallelConfig({ require: 'sharedmem' }, () => Parallel()([delayed(note)(2)])))
    await parallelConfig({ require: 'sharedmem' }, () => parallelConfig({ backend }, () => Parallel()([delayed(note)(3)])))
    expect({ requests, seen }).toEqual({ requests: [], seen: [1, 2, 3] })
  })

  test('what it says of workers leaves runs without workers alone', async () => {
    const run = () => Parallel({ backend: 'async' })(one)
    expect(await parallelConfig({ env: { A: '1' }, resourceLimits: { stackSizeMb: 4 } }, run)).toEqual([9])
  })
})

describe('wrong options', () => {
  test('are told at once, by the rules of Parallel', () => {
    const wrong = { njobs: 2, timeout: 0, backend: 'threat' } as never
    expect(problemsOf(() => parallelConfig(wrong, () => undefined))).toEqual([
      'unknown option `njobs` (did you mean `nJobs`?)',
      '`timeout` must be a number of milliseconds above 0, at most 2147483647, or Infinity, got 0',
      "`backend` must be a Backend or 'threads', 'processes', 'async' or 'sequential', got 'threat' (did you mean 'threads'?)",
    ])
    expect(() => setParallelConfig(wrong)).toThrow('cannot use the options of setParallelConfig: unknown option')
  })

  test('are told also where they contradict one another', () => {
    expect(problemsOf(() => parallelConfig({ backend: 'threads', require: 'sharedmem' }, () => undefined))).toHaveLength(1)
    expect(problemsOf(() => parallelConfig({ backend: 'async', env: {} }, () => undefined))).toHaveLength(1)
  })

  test.each([{ returnAs: 'generator' }, { onError: 'collect' }])('%o is for the caller of Parallel', (options) => {
    const [name] = Object.keys(options)
    expect(problemsOf(() => parallelConfig(options as ParallelDefaults, () => undefined))).toEqual([
      `\`${name}\` must be left to each Parallel, whose caller counts on what comes out, got '${Object.values(options)[0]}'`,
    ])
  })

  test.each([
    [
      { require: 'sharedmem' },
      { backend: 'threads' },
      "`require: 'sharedmem'` (from parallelConfig) needs the backend 'async' or 'sequential', got 'threads'",
    ],
    [
      { require: 'sharedmem' },
      { prefer: 'processes' },
      "`require: 'sharedmem'` (from parallelConfig) and `prefer: 'processes'` exclude each other",
    ],
    [
      { prefer: 'processes' },
      { require: 'sharedmem' },
      "`require: 'sharedmem'` and `prefer: 'processes'` (from parallelConfig) exclude each other",
    ],
    [{ backend: 'async' }, { env: { A: '1' } }, "`env` is for workers, and the backend 'async' (from parallelConfig) has none"],
    [{ require: 'sharedmem' }, { env: { A: '1' } }, "`env` is for workers, and the backend 'async' (from parallelConfig) has none"],
    [
      { nJobs: 4, preDispatch: 'nJobs - 2' },
      { nJobs: 2 },
      "`preDispatch` (from parallelConfig) must be 'all', a whole number from 1 or an expression such as '2*nJobs', got 'nJobs - 2' (it comes to 0 with nJobs = 2, and must come to 1 or more)",
    ],
  ] as const)('%o does not go with %o, and says where it comes from', (config, options, problem) => {
    expect(parallelConfig(config, () => problemsOf(() => Parallel(options)))).toEqual([problem])
  })

  test('a function is needed', () => {
    expect(() => parallelConfig({ nJobs: 2 }, undefined as never)).toThrow(
      /write parallelConfig\(options, async \(\) => .* setParallelConfig/,
    )
  })

  test('a generator function would run outside', () => {
    expect(() => parallelConfig({ nJobs: 2 }, async function* () {})).toThrow('its body runs while somebody reads it')
    expect(() => parallelConfig({ nJobs: 2 }, function* () {})).toThrow(TypeError)
  })
})

describe('setParallelConfig', () => {
  const restores: (() => void)[] = []
  const set = (options: ParallelDefaults) => {
    const restore = setParallelConfig(options)
    restores.push(restore)
    return restore
  }
  afterEach(() => {
    for (const restore of restores.splice(0)) restore()
  })

  test('holds everywhere, until it is taken back', async () => {
    const before = await nJobsHere()
    const restore = set({ nJobs: 11 })
    expect(await nJobsHere()).toBe(11)
    restore()
    restore()
    expect(await nJobsHere()).toBe(before)
  })

  test('of several, the latest counts; each takes back its own', async () => {
    const first = set({ nJobs: 11, batchSize: 1 })
    set({ nJobs: 12 })
    expect(await nJobsHere()).toBe(12)
    first()
    expect(await nJobsHere()).toBe(12)
  })

  test('a config of the flow wins, and so does a Parallel', async () => {
    await parallelConfig({ nJobs: 3 }, async () => {
      set({ nJobs: 11 })
      expect(await nJobsHere()).toBe(3)
    })
    expect(await nJobsHere()).toBe(11)
    expect(await nJobsHere({ nJobs: 2 })).toBe(2)
  })

  test('messages name it', () => {
    set({ require: 'sharedmem' })
    expect(problemsOf(() => Parallel({ backend: 'threads' }))[0]).toContain("`require: 'sharedmem'` (from setParallelConfig)")
  })
})

describe.each(['threads', 'processes', 'async'] as const)('on %s', (backend) => {
  const pool = Parallel({ nJobs: 2, backend })
  afterAll(() => pool.close())

  const flows = new AsyncLocalStorage<string>()

  test('input and listeners run in the flow that started the run, whoever started the workers', async () => {
    // Another flow has started the workers that the run finds.
    await flows.run('another', () => parallelConfig({ nJobs: 9 }, () => pool(one)))
    const before = await nJobsHere()
    const seen = new Set<unknown>()
    const look = async () => seen.add(`${flows.getStore()} ${await nJobsHere()}`)
    const looks: Promise<unknown>[] = []
    async function* input() {
      for (const n of range(40)) {
        if (n % 13 === 12) looks.push(look())
        yield delayed(square)(n)
      }
    }
    const watched = Parallel({ nJobs: 2, backend, batchSize: 1, onProgress: ({ done }) => void (done % 13 === 12 && looks.push(look())) })
    await flows.run('own', () => watched(input()))
    await Promise.all(looks)
    await watched.close()
    expect([...seen]).toEqual([`own ${before}`])
  })

  test('a stream pulls its input in the flow that started it, whoever reads it', async () => {
    const seen = new Set<unknown>()
    function* input() {
      for (const n of range(40)) {
        seen.add(flows.getStore())
        yield delayed(square)(n)
      }
    }
    const reader = Parallel({ nJobs: 2, backend, returnAs: 'generator', batchSize: 1 })
    const stream = flows.run('own', () => reader(input()))
    await flows.run('another', async () => {
      for await (const _ of stream) await turn()
    })
    await reader.close()
    expect([...seen]).toEqual(['own'])
  })
})
