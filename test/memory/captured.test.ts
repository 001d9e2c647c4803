/** What a function captured counts as much as its code. */
import { EventEmitter } from 'node:events'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Memory } from 'joblet'
import { describe, expect, test } from 'vitest'
import { root } from '../support/consumer.js'
import { listener, printed, temporaryFolder } from './folder.js'

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

describe('what cannot be told apart from outside', () => {
  class Table {
    readonly #factor: number
    constructor(factor: number) {
      this.#factor = factor
    }
    times(n: number): number {
      return n * this.#factor
    }
  }
  const emitter = (factor: number) => Object.assign(new EventEmitter(), { times: (n: number) => n * factor })
  const ofObject = (table: { times(n: number): number }) => (n: number) => table.times(n)
  const inField = (table: { times(n: number): number }) => {
    const parts = { list: [table] }
    return (n: number) => parts.list[0]?.times(n)
  }
  const asThis = (table: { times(n: number): number }) => table.times.bind(table) as (n: number) => number

  test.each([
    ['an instance with private fields', ofObject, (factor: number) => new Table(factor)],
    ['an emitter', ofObject, emitter],
    ['a Proxy', ofObject, (factor: number) => new Proxy(new Table(factor), { get: (table) => table.times.bind(table) })],
    ['such an instance in an object', inField, (factor: number) => new Table(factor)],
    ['such an instance as `this`', asThis, (factor: number) => new Table(factor)],
  ])('%s counts by itself where a factory may capture many', async (_, capture, make) => {
    const memory = Memory({ location: temporaryFolder() })
    const [two, three] = [capture(make(2)), capture(make(3))].map((fn) => memory.cache(fn, { name: 'times' }))
    expect(await Promise.all([two?.(10), three?.(10)])).toEqual([20, 30])
    expect(await Promise.all([two?.(10), three?.(10)])).toEqual([20, 30])
    expect(await memory.stats()).toMatchObject({ misses: 2, hits: 2 })
  })

  test('in a field that is replaced counts anew', async () => {
    const config = { table: new Table(2) }
    const cached = Memory({ location: temporaryFolder() }).cache((n: number) => config.table.times(n))
    expect(await cached(10)).toBe(20)
    config.table = new Table(3)
    expect(await cached(10)).toBe(30)
  })

  const table = 'class Table { #factor = 2; times(n) { return n * this.#factor } }'
  const ask = `
    const cached = Memory({ location: process.env.CACHE ?? 'cache' }).cache(times, { name: 'times' })
    const asking = async () => { await cached(10); console.log(JSON.stringify(await cached.stats())) }`
  const programs: readonly (readonly [string, string, string, 'hit' | 'miss'])[] = [
    ['of a module', 'main.mjs', `const table = new Table(); const times = (n) => table.times(n)`, 'hit'],
    ['of a CommonJS module', 'main.cjs', `const table = new Table(); const times = (n) => table.times(n)`, 'hit'],
    ['of a call', 'main.mjs', `const make = (table) => (n) => table.times(n); const times = make(new Table())`, 'miss'],
    ['of a call in CommonJS', 'main.cjs', `const make = (table) => (n) => table.times(n); const times = make(new Table())`, 'miss'],
    ['of a turn of a loop', 'main.mjs', `let times; for (const table of [new Table()]) times = (n) => table.times(n)`, 'miss'],
    ['of a block in CommonJS', 'main.cjs', `let times; { const table = new Table(); times = (n) => table.times(n) }`, 'miss'],
  ]

  test.each(programs)('as a constant %s, in another process (%s): %s → %s', async (_, file, code, found) => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(root, join(folder, 'node_modules/joblet'))
    writeFileSync(join(folder, 'package.json'), '{ "name": "program" }')
    const text = file.endsWith('.mjs')
      ? `import { Memory } from 'joblet'\n${table}\n${code}\n${ask}\nawait asking()`
      : `${table}\n${code}\nimport('joblet').then(({ Memory }) => {${ask}\n return asking() })`
    writeFileSync(join(folder, file), text)
    await printed([file], { cwd: folder })
    const { hits, misses } = await printed<{ hits: number; misses: number }>([file], { cwd: folder })

    expect({ hits, misses }).toEqual(found === 'hit' ? { hits: 1, misses: 0 } : { hits: 0, misses: 1 })
  })
})
