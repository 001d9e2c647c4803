/** Which calls share a result. */
import { hash, Memory } from 'joblet'
import { describe, expect, test } from 'vitest'
import { functionId } from '../../src/memory/function-id.js'
import { listener, temporaryFolder } from './folder.js'

const shared = { a: 1 }
class Metre {
  readonly n = 1
}
class Mile {
  readonly n = 1
}

/** Whether the second call is answered by the result of the first. */
async function share(first: readonly unknown[], second: readonly unknown[], options: object = {}): Promise<boolean> {
  const { story, onEvent } = listener()
  const cached = Memory({ location: temporaryFolder(), onEvent }).cache((...args: unknown[]) => args.length, options)
  await cached(...first)
  await cached(...second)
  return story().includes('hit')
}

describe('one result', () => {
  test.each<[string, readonly unknown[], readonly unknown[]]>([
    ['key order', [{ a: 1, b: [2] }], [{ b: [2], a: 1 }]],
    ['sharing', [[shared, shared]], [[{ a: 1 }, { a: 1 }]]],
    [
      'order of Map entries and Set items',
      [
        new Map([
          [1, 2],
          [3, 4],
        ]),
        new Set([1, 2]),
      ],
      [
        new Map([
          [3, 4],
          [1, 2],
        ]),
        new Set([2, 1]),
      ],
    ],
    ['buffers around views', [new Uint8Array([1, 2])], [new Uint8Array([0, 1, 2]).subarray(1)]],
    ['NaN', [Number.NaN], [0 / 0]],
  ])('whatever the %s', async (_, first, second) => expect(await share(first, second)).toBe(true))
})

describe('two results', () => {
  test.each<[string, readonly unknown[], readonly unknown[]]>([
    ['0 and -0', [0], [-0]],
    ['no argument and undefined', [], [undefined]],
    ['a hole and undefined', [new Array(1)], [[undefined]]],
    ['a missing field and one that is undefined', [{}], [{ a: undefined }]],
    ['1, 1n and "1"', [1], [1n]],
    ['typed arrays of two kinds', [new Uint8Array(4)], [new Int8Array(4)]],
    ['a Map and an object', [new Map([['a', 1]])], [{ a: 1 }]],
    ['instances of two classes', [new Metre()], [new Mile()]],
    ['functions of two bodies', [(n: number) => n], [(n: number) => n + 1]],
    ['two arguments the other way round', [1, 2], [2, 1]],
  ])('for %s', async (_, first, second) => expect(await share(first, second)).toBe(false))
})

test('an argument that cannot be hashed rejects with the way to it; `key` and `ignore` are ways out', async () => {
  const memory = Memory({ location: temporaryFolder() })
  const fn = (options: { readonly n: number; readonly socket: unknown }) => options.n
  const options = { n: 1, socket: new WeakMap() }

  await expect(memory.cache(fn)(options)).rejects.toThrow(/cannot hash the value at \[0\]\.socket: it is a WeakMap/)
  expect(await memory.cache(fn, { key: ({ n }) => n })(options)).toBe(1)
  expect(await memory.cache(fn, { ignore: ['options.socket'] })(options)).toBe(1)
})

test.each<[string, readonly (string | number)[]]>([
  ['by name', ['verbose']],
  ['by position', [1]],
])('what is ignored does not count: %s', async (_, ignore) => {
  const { story, onEvent } = listener()
  const cached = Memory({ location: temporaryFolder(), onEvent }).cache((n: number, verbose?: boolean) => (verbose === true ? n : n), {
    ignore,
  })
  for (const verbose of [true, false, undefined]) await cached(1, verbose)
  await cached(1)
  await cached(2, true)
  expect(story().filter((type) => type !== 'computed' && type !== 'stored')).toEqual(['miss', 'hit', 'hit', 'hit', 'miss'])
})

test('a part of an argument is ignored by its path, and a destructured one by its name', async () => {
  const { story, onEvent } = listener()
  const memory = Memory({ location: temporaryFolder(), onEvent })
  const deep = memory.cache((options: { n: number; log: { debug?: boolean; to: string } }) => options.n, { ignore: ['options.log.debug'] })
  const apart = memory.cache(({ n, debug: _ = false }: { n: number; debug?: boolean }) => n, { ignore: ['_'] })
  await deep({ n: 1, log: { debug: true, to: 'a' } })
  await deep({ n: 1, log: { to: 'a' } })
  await deep({ n: 1, log: { to: 'b' } })
  await apart({ n: 1, debug: true })
  await apart({ n: 1 })
  expect(story().filter((type) => type === 'hit' || type === 'miss')).toEqual(['miss', 'hit', 'miss', 'miss', 'hit'])
})

test('a misspelt parameter is told', async () => {
  const cached = Memory({ location: temporaryFolder() }).cache((verbose: boolean) => verbose, { ignore: ['verbsoe'] })
  await expect(cached(true)).rejects.toThrow("`ignore` names 'verbsoe', which is no parameter of the function (did you mean 'verbose'?)")
})

test('`this` counts where a method uses it, and only there', async () => {
  const { story, onEvent } = listener()
  const memory = Memory({ location: temporaryFolder(), onEvent })
  const area = memory.cache(function (this: { readonly side: number }) {
    return this.side ** 2
  })
  const twice = memory.cache((n: number) => 2 * n)
  expect([
    await Reflect.apply(area, { side: 2 }, []),
    await Reflect.apply(area, { side: 3 }, []),
    await Reflect.apply(area, { side: 2 }, []),
  ]).toEqual([4, 9, 4])
  await { twice, tag: 1 }.twice(1)
  await { twice, tag: 2 }.twice(1)
  expect(story().filter((type) => type === 'hit' || type === 'miss')).toEqual(['miss', 'miss', 'hit', 'miss', 'hit'])
})

test('`hash` knows functions by what they are, at once and without any preparation', () => {
  const times = (factor: number) => (n: number) => n * factor
  expect(hash(times(2))).toBe(hash(times(2)))
  expect(hash(times(2))).not.toBe(hash(times(3)))
  expect(hash({ a: 1, b: 2 })).toBe(hash({ b: 2, a: 1 }))
  expect(hash([42])).toMatch(/^[0-9a-f]{64}$/)
})

test('the id of a function is the same before and after it is compiled, and no path', () => {
  const place = { name: 'run', package: 'shop', path: 'src/jobs/price.ts' }
  expect(functionId(place, undefined)).toMatch(/^jobs-price-run-[0-9a-f]{10}$/)
  for (const path of ['dist/jobs/price.js', 'lib/jobs/price.mjs', 'build/jobs/price.cjs'])
    expect(functionId({ ...place, path }, undefined)).toBe(functionId(place, undefined))
  for (const other of [
    { ...place, name: 'runs' },
    { ...place, path: 'src/price.ts' },
    { ...place, package: 'bank' },
  ])
    expect(functionId(other, undefined)).not.toBe(functionId(place, undefined))
  for (const name of ['../../etc/passwd', '..', '.', '/', '\0', 'a/../b', '', 'x'.repeat(500), 'ünï/codé', 'CON'])
    expect(functionId({ ...place, name }, name || undefined)).toMatch(/^[A-Za-z0-9_-](?!.*\.\.)[A-Za-z0-9._-]{0,75}$/)
})
