/** What a function captured counts as much as its code. */
import { Memory } from 'joblet'
import { expect, test } from 'vitest'
import { listener, temporaryFolder } from './folder.js'

test('a constant object is looked at anew on every call', async () => {
  const { story, onEvent } = listener()
  const config = { depth: 2 }
  const cached = Memory({ location: temporaryFolder(), onEvent }).cache((n: number) => n * config.depth)
  expect([await cached(1), await cached(1)]).toEqual([2, 2])
  config.depth = 3
  expect(await cached(1)).toBe(3)
  config.depth = 2
  expect(await cached(1)).toBe(2)
  expect(story().filter((type) => type === 'hit' || type === 'miss')).toEqual(['miss', 'hit', 'miss', 'hit'])
})

test('a variable that is reassigned anywhere is read anew on every call', async () => {
  let factor = 2
  const helper = (n: number) => n * factor
  const cached = Memory({ location: temporaryFolder() }).cache((n: number) => helper(n))
  expect(await cached(1)).toBe(2)
  factor = 5
  expect(await cached(1)).toBe(5)
  factor = 2
  expect(await cached(1)).toBe(2)
})

test('two functions of one name never see each other’s results', async () => {
  const memory = Memory({ location: temporaryFolder() })
  const add = (() => {
    const same = (n: number) => n + 1
    return memory.cache(same)
  })()
  const multiply = (() => {
    const same = (n: number) => n * 10
    return memory.cache(same)
  })()
  const made = [1, 2].map((step) => memory.cache((n: number) => n + step))
  expect(await Promise.all([add(5), multiply(5), ...made.map((each) => each(5))])).toEqual([6, 50, 6, 7])
  expect(await Promise.all([add(5), multiply(5), ...made.map((each) => each(5))])).toEqual([6, 50, 6, 7])
})

test('a function that calls a cached one depends on what that one is, not on where its results lie', async () => {
  const { story, onEvent } = listener()
  const location = temporaryFolder()
  const build = (inner: (n: number) => number, version: number, folder: string) => {
    const cachedInner = Memory({ location: folder }).cache(inner, { version })
    return Memory({ location, onEvent }).cache(async (n: number) => (await cachedInner(n)) + 1)
  }
  const inner = (n: number) => n * 2
  await build(inner, 1, temporaryFolder())(1)
  await build(inner, 1, temporaryFolder())(1)
  await build((n: number) => n * 3, 1, temporaryFolder())(1)
  await build(inner, 2, temporaryFolder())(1)
  expect(story().filter((type) => type === 'hit' || type === 'miss')).toEqual(['miss', 'hit', 'miss', 'miss'])
})

test('`version` and `depends` count as parts of the function', async () => {
  const { story, onEvent } = listener()
  const memory = Memory({ location: temporaryFolder(), onEvent })
  const fn = (n: number) => n
  const model = { weights: [1, 2] }
  const helper = (n: number) => n + 1
  const tell = (options: object) => memory.cache(fn, { name: 'fn', ...options })(1)
  await tell({})
  await tell({ version: 1 })
  await tell({ version: 2 })
  await tell({ version: 1 })
  await tell({ depends: [model] })
  await tell({ depends: [{ weights: [1, 2] }] })
  await tell({ depends: [helper] })
  await tell({ depends: [(n: number) => n + 2] })
  const watching = memory.cache(fn, { name: 'fn', depends: [model] })
  model.weights.push(3)
  await watching(1)
  expect(story().filter((type) => type === 'hit' || type === 'miss')).toEqual([
    'miss',
    'miss',
    'miss',
    'hit',
    'miss',
    'hit',
    'miss',
    'miss',
    'miss',
  ])
})
