/** What a person sees of `Memory`. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { delayed, Memory, OptionError } from 'joblet'
import { expect, expectTypeOf, test } from 'vitest'
import { listener, temporaryFolder } from './folder.js'

/** A function that counts its runs. */
function counted<Args extends readonly unknown[], T>(
  fn: (...args: Args) => T,
): { readonly runs: () => number; readonly fn: (...args: Args) => T } {
  const calls = { count: 0 }
  return {
    runs: () => calls.count,
    fn: (...args) => {
      count(calls)
      return fn(...args)
    },
  }
}

// Kept out of the counted function's own captures: a count that changes would make each call another version.
const counts = new WeakMap<object, number>()
const count = (calls: { count: number }): void => {
  counts.set(calls, (counts.get(calls) ?? 0) + 1)
  Object.defineProperty(calls, 'count', { get: () => counts.get(calls) ?? 0, enumerable: false, configurable: true })
}

test('computes once, and remembers', async () => {
  const { story, onEvent } = listener()
  const memory = Memory({ location: temporaryFolder(), onEvent })
  const square = memory.cache((n: number) => n * n)

  expect([await square(3), await square(3), await square(4)]).toEqual([9, 9, 16])
  expect(story()).toEqual(['miss', 'computed', 'stored', 'hit', 'miss', 'computed', 'stored'])
})

test('remembers in another program, where nothing is in memory yet', async () => {
  const location = temporaryFolder()
  const { events, onEvent } = listener()
  const half = (n: number) => n / 2
  await Memory({ location }).cache(half)(8)

  expect(await Memory({ location: pathToFileURL(location), onEvent }).cache(half)(8)).toBe(4)
  expect(events).toEqual([expect.objectContaining({ type: 'hit', from: 'store', fn: 'half' })])
})

test.each([
  undefined,
  null,
  false,
  '',
  0,
  -0,
  Number.NaN,
  1n,
  [],
  new Map([[1, new Set([2])]]),
  new Date(3),
  Buffer.from('x'),
  new Error('kept'),
])('%o is a result like any other', async (value) => {
  const location = temporaryFolder()
  const give = () => value
  const { story, onEvent } = listener()
  await Memory({ location }).cache(give)()
  const again = Memory({ location, onEvent }).cache(give)

  expect(await again()).toStrictEqual(value)
  expect(await again()).toStrictEqual(value)
  expect(story()).toEqual(['hit', 'hit'])
})

test('a cached function is typed like the function, and gives a promise', () => {
  const cached = Memory({ location: null }).cache((n: number, _label: string): number[] => [n])
  expectTypeOf(cached).parameters.toEqualTypeOf<[n: number, _label: string]>()
  expectTypeOf(cached(1, 'a')).toEqualTypeOf<Promise<number[]>>()
  expectTypeOf(Memory({ location: null }).cache(async () => 'x')()).toEqualTypeOf<Promise<string>>()
  const keyed = Memory({ location: null }).cache((a: string, b: number) => [a, b], {
    key: (a) => a.length,
    shouldCache: (list) => list.length > 0,
  })
  expectTypeOf(keyed).parameters.toEqualTypeOf<[a: string, b: number]>()
})

test('a cached function has the name and the length of the function', () => {
  const cached = Memory({ location: null }).cache(function twice(n: number) {
    return 2 * n
  })
  expect([cached.name, cached.length, cached.fn(4)]).toEqual(['twice', 1, 8])
})

test('with the location null every call goes through, and nothing is kept', async () => {
  const { fn, runs } = counted((n: number) => n + 1)
  const cached = Memory({ location: null }).cache(fn)

  expect([await cached(1), await cached(1), await cached.call(1)]).toEqual([2, 2, 2])
  expect(runs()).toBe(3)
  expect(await cached.checkCallInCache(1)).toBe(false)
  expect(await (await cached.callAndShelve(1)).get()).toBe(2)
  await cached.set([1], 5)
  await cached.delete(1)
  await cached.clear()
  expect(await cached.stats()).toMatchObject({ hits: 0, items: 0, bytes: 0 })
})

test('the folder is private, and tells git to leave it alone', async () => {
  const location = join(temporaryFolder(), 'cache')
  await Memory({ location }).cache(() => 1)()
  expect(readdirSync(location)).toContain('.gitignore')
  expect(statSync(location).mode & 0o777).toBe(0o700)
})

test('`readonly` answers and computes, and writes nothing', async () => {
  const location = join(temporaryFolder(), 'cache')
  const twice = (n: number) => 2 * n
  const readonly = Memory({ location, mode: 'readonly' }).cache(twice)

  expect(await readonly(1)).toBe(2)
  expect(existsSync(location)).toBe(false)
  await Memory({ location }).cache(twice)(1)
  const { story, onEvent } = listener()
  expect(await Memory({ location, mode: 'readonly', onEvent }).cache(twice)(1)).toBe(2)
  expect(story()).toEqual(['hit'])
})

test('`refresh` computes every call anew and keeps what comes of it', async () => {
  const location = temporaryFolder()
  const clock = { now: 1 }
  const read = (_: string): number => readClock()
  const readClock = Object.assign(() => clock.now, { [Symbol.for('joblet.identity')]: () => ['a clock'] })

  expect(await Memory({ location }).cache(read)('a')).toBe(1)
  clock.now = 2
  expect(await Memory({ location }).cache(read)('a')).toBe(1)
  expect(await Memory({ location, mode: 'refresh' }).cache(read)('a')).toBe(2)
  expect(await Memory({ location }).cache(read)('a')).toBe(2)
})

test('`call` computes anyway and keeps the result; `set` keeps one that was not computed; `delete` forgets one', async () => {
  const { story, onEvent } = listener()
  const cached = Memory({ location: temporaryFolder(), onEvent }).cache((n: number) => n + 0.5)
  await cached(1)
  expect(await cached.call(1)).toBe(1.5)
  expect(story()).toEqual(['miss', 'computed', 'stored', 'computed', 'stored'])

  await cached.set([1], 7)
  expect(await cached(1)).toBe(7)
  await cached.delete(1)
  expect(await cached.checkCallInCache(1)).toBe(false)
  expect(await cached(1)).toBe(1.5)
})

test('`checkCallInCache` says what a call would find, and runs nothing', async () => {
  const { story, onEvent } = listener()
  const cached = Memory({ location: temporaryFolder(), onEvent }).cache((n: number) => n)
  expect(await cached.checkCallInCache(1)).toBe(false)
  await cached(1)
  expect(await cached.checkCallInCache(1)).toBe(true)
  expect(story()).toEqual(['miss', 'computed', 'stored'])
})

test('`clear` of a function leaves those of others; `clear` of the memory leaves nothing', async () => {
  const memory = Memory({ location: temporaryFolder() })
  const [a, b] = [memory.cache((n: number) => n, { name: 'a' }), memory.cache((n: number) => n, { name: 'b' })]
  for (const n of [1, 2, 3]) await Promise.all([a(n), b(n)])

  await a.clear()
  expect([(await a.stats()).items, (await b.stats()).items, await a.checkCallInCache(1), await b.checkCallInCache(1)]).toEqual([
    0,
    3,
    false,
    true,
  ])
  await memory.clear()
  expect([(await memory.stats()).items, await b.checkCallInCache(1)]).toEqual([0, false])
})

test('`entries` and `stats` tell what is there and what came of the calls', async () => {
  const memory = Memory({ location: temporaryFolder() })
  const add = memory.cache(function add(a: number, b: { readonly c: number }) {
    return a + b.c
  })
  await add(1, { c: 2 })
  await add(1, { c: 2 })
  const entries = []
  for await (const entry of add.entries()) entries.push(entry)

  expect(entries).toEqual([
    expect.objectContaining({ bytes: expect.any(Number), metadata: expect.objectContaining({ name: 'add', args: '1, { c: 2 }' }) }),
  ])
  expect(Math.abs(Date.now() - (entries[0]?.metadata.createdAtMs ?? 0))).toBeLessThan(60_000)
  expect(await add.stats()).toMatchObject({ hits: 1, memoryHits: 1, misses: 1, stored: 1, items: 1, bytes: entries[0]?.bytes })
  expect(await memory.stats()).toMatchObject({ hits: 1, misses: 1, items: 1 })
})

test('`reduceSize` lets go of those that were not used for longest', async () => {
  const { events, onEvent } = listener()
  const memory = Memory({ location: temporaryFolder(), onEvent })
  const cached = memory.cache((n: number) => n)
  for (let n = 0; n < 10; n++) await cached(n)

  expect(await memory.reduceSize({ itemsLimit: 4 })).toMatchObject({ items: 6 })
  expect((await memory.stats()).items).toBe(4)
  expect(events.at(-1)).toMatchObject({ type: 'evicted', items: 6 })
  expect(await memory.reduceSize({ bytesLimit: '1G', ageLimit: { days: 1 } })).toMatchObject({ items: 0 })
  await memory.reduceSize({ bytesLimit: 0 })
  expect((await memory.stats()).items).toBe(0)
})

test('`expiresAfter` makes a result count for so long', async () => {
  const { story, onEvent } = listener()
  const memory = Memory({ location: temporaryFolder(), onEvent })
  const fn = (n: number) => n
  await memory.cache(fn, { expiresAfter: { hours: 1 } })(1)
  expect(await memory.cache(fn, { expiresAfter: { hours: 1 } })(1)).toBe(1)
  expect(await memory.cache(fn, { expiresAfter: 0 }).checkCallInCache(1)).toBe(false)
  expect(await memory.cache(fn, { expiresAfter: 0 })(1)).toBe(1)
  expect(story()).toEqual(['miss', 'computed', 'stored', 'hit', 'miss', 'computed', 'stored'])
})

test.each([true, false])('`validate` decides whether a result counts (asynchronously: %s)', async (later) => {
  const location = temporaryFolder()
  const fn = (n: number) => n
  await Memory({ location }).cache(fn)(1)
  const seen: unknown[] = []
  const { story, onEvent } = listener()
  const answers = [true, true, false, false]
  const validate = (metadata: unknown) => {
    seen.push(metadata)
    const answer = answers.shift() ?? true
    return later ? Promise.resolve(answer) : answer
  }
  const cached = Memory({ location, onEvent, inMemory: false }).cache(fn, { validate })
  expect([await cached(1), await cached(1), await cached(1)]).toEqual([1, 1, 1])

  expect(story()).toEqual(['hit', 'hit', 'miss', 'computed', 'stored'])
  expect(seen[0]).toEqual({ name: 'fn', args: '1', createdAtMs: expect.any(Number), durationMs: expect.any(Number) })
})

test('what `validate` throws is what the call rejects with', async () => {
  const memory = Memory({ location: temporaryFolder() })
  const fn = (n: number) => n
  await memory.cache(fn)(1)
  const validate = () => {
    throw new TypeError('no idea')
  }
  await expect(memory.cache(fn, { validate })(1)).rejects.toThrow('no idea')
})

test('`shouldCache` keeps some results out', async () => {
  const memory = Memory({ location: temporaryFolder() })
  const cached = memory.cache((n: number) => (n > 1 ? n : undefined), { shouldCache: (result) => result !== undefined })
  await Promise.all([cached(1), cached(2)])
  expect([await cached.checkCallInCache(1), await cached.checkCallInCache(2)]).toEqual([false, true])
})

test('a caller who changes a result never changes the cache', async () => {
  const location = temporaryFolder()
  const make = (n: number) => ({ list: [n], view: new Float64Array([n]), big: new Uint8Array(200_000).fill(n), map: new Map([[n, [n]]]) })
  const pristine = make(1)
  const memory = Memory({ location })
  const cached = memory.cache(make)
  const spoil = (result: ReturnType<typeof make>) => {
    result.list.push(99)
    result.view[0] = 99
    result.big.fill(9)
    result.map.get(1)?.push(99)
  }
  const [first, together] = await Promise.all([cached(1), cached(1)])
  spoil(first)
  expect(together).toEqual(pristine)
  spoil(together)

  for (const again of [cached, cached, Memory({ location }).cache(make), Memory({ location, inMemory: false }).cache(make)]) {
    const result = await again(1)
    expect(result).toEqual(pristine)
    spoil(result)
  }
})

test('an argument that is changed while the call runs counts as it was', async () => {
  const { story, onEvent } = listener()
  const cached = Memory({ location: temporaryFolder(), onEvent }).cache(async (list: number[]) => {
    await Promise.resolve()
    list.push(1)
    return list.length
  })
  const list = [1]
  expect(await cached(list)).toBe(2)
  expect(await cached([1])).toBe(2)
  expect(story()).toEqual(['miss', 'computed', 'stored', 'hit'])
})

test('all wrong options are told at once, with what was probably meant', () => {
  const options = { loction: 'x', maxBytes: '2X', maxItems: 0, mode: 'read', inMemory: { maxBytes: -1 } } as unknown as Parameters<
    typeof Memory
  >[0]
  expect(() => Memory(options)).toThrow(
    expect.objectContaining({
      code: 'ERR_OPTION',
      problems: [
        'unknown option `loction` (did you mean `location`?)',
        expect.stringContaining('`maxBytes` must be a number of bytes'),
        expect.stringContaining('`maxItems` must be'),
        expect.stringContaining("`mode` must be 'readwrite', 'readonly' or 'refresh', got 'read'"),
        expect.stringContaining('`inMemory` must be'),
        expect.stringContaining('give a `location`'),
      ],
    }),
  )
  expect(() => Memory({ location: null }).cache((n: number) => n, { ingore: [0] } as object)).toThrow('did you mean `ignore`?')
  expect(() => Memory({ location: null }).cache((n: number) => n, { expiresAfter: { hour: 1 } as object })).toThrow(OptionError)
})

test('a folder in the place of options, and names of other caches, are answered by ours', () => {
  expect(() => Memory('.cache' as never)).toThrow("write { location: '.cache' }")
  expect(() => Memory({ location: null, verbose: 1 } as never)).toThrow('unknown option `verbose` (use `onEvent`)')
  expect(() => Memory({ cacheDir: '.cache' } as never)).toThrow('unknown option `cacheDir` (use `location`)')
})

test('`memory.cache(delayed(fn))` says which way round it goes', () => {
  const memory = Memory({ location: null })
  expect(() => memory.cache(delayed(Math.sqrt))).toThrow('write it the other way round: delayed(memory.cache(fn))(...args)')
  expect(() => memory.cache(delayed(Math.sqrt)(4) as never)).toThrow(TypeError)
  expect(() => memory.cache(4 as never)).toThrow('cannot cache 4: it is no function')
})

test('the location may vanish while it is used', async () => {
  const location = join(temporaryFolder(), 'cache')
  const cached = Memory({ location, inMemory: false }).cache((n: number) => n)
  await cached(1)
  rmSync(location, { recursive: true })
  expect(await cached(1)).toBe(1)
  expect(await cached.checkCallInCache(1)).toBe(true)
  mkdirSync(join(location, 'joblet-1', 'more'), { recursive: true })
  expect(await cached(2)).toBe(2)
})

test.each(['gzip', 'brotli', { method: 'brotli', level: 2 }, true] as const)(
  'entries packed by %o are read again, and are smaller',
  async (compress) => {
    const [plain, packed] = [temporaryFolder(), temporaryFolder()]
    const text = (n: number) => 'abc'.repeat(n)
    await Memory({ location: plain }).cache(text)(50_000)
    const memory = Memory({ location: packed, compress })
    await memory.cache(text)(50_000)

    expect(await Memory({ location: packed }).cache(text)(50_000)).toBe('abc'.repeat(50_000))
    expect((await memory.stats()).bytes).toBeLessThan((await Memory({ location: plain }).stats()).bytes / 20)
  },
)

test("the codec 'json' writes text that people can read", async () => {
  const store = new Map<string, Uint8Array>()
  const memory = Memory({
    codec: 'json',
    inMemory: false,
    store: {
      get: (key) => store.get(key),
      put: async (key, parts) => void store.set(key, Buffer.concat(parts)),
      delete: async () => store.clear(),
      list: async function* () {},
    },
  })
  const cached = memory.cache((name: string) => ({ name, at: new Date(0), set: new Set([1n]) }))
  const result = await cached('ada')

  expect(await cached('ada')).toEqual(result)
  expect(Buffer.concat([...store.values()]).toString('latin1')).toContain('"name":"ada"')
})

test('results go when their limits are passed, the least recently used first', async () => {
  const { events, onEvent } = listener()
  const memory = Memory({ location: temporaryFolder(), maxItems: 20, onEvent })
  const cached = memory.cache((n: number) => n)
  for (let n = 0; n < 60; n++) await cached(n)
  await expect.poll(async () => (await memory.stats()).items).toBeLessThanOrEqual(20)
  expect(events.some(({ type }) => type === 'evicted')).toBe(true)
})
