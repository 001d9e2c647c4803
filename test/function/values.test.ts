import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode } from '../../src/codec/wire.js'
import type { Parcel } from '../../src/function/parcel/parcel.js'
import { createReviver } from '../../src/function/revive/revive.js'
import { describeIt, kindsIn, newDescriber, trip } from './trip.js'

class Dog {
  readonly name: string
  friend?: Dog
  constructor(name: string) {
    this.name = name
  }
}

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withNullPrototype: true,
  withBoxedValues: true,
  withSparseArray: true,
})

test('any value comes out as it went in, also beside things that are not plain', async () => {
  await fc.assert(
    fc.asyncProperty(anything, async (value) => {
      const revived = await trip({ value, again: [value], dog: new Dog('rex') })

      expect(revived.value).toStrictEqual(value)
      expect(revived.dog).toBeInstanceOf(Dog)
      if (typeof value === 'object') expect(revived.again[0]).toBe(revived.value)
    }),
    { numRuns: 300 },
  )
})

test('a random graph of instances keeps its shape', async () => {
  const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(edges, async (links) => {
      const dogs = Array.from({ length: 10 }, (_, i) => new Dog(`dog ${i}`))
      for (const [from, to] of links) (dogs[from] as Dog).friend = dogs[to] as Dog

      const revived = await trip(dogs)

      expect(revived.map(({ friend }) => friend && revived.indexOf(friend))).toEqual(
        dogs.map(({ friend }) => friend && dogs.indexOf(friend)),
      )
    }),
    { numRuns: 100 },
  )
})

test.each([
  ['instances', new Dog('end'), (next: unknown) => Object.assign(new Dog('link'), { next })],
  ['plain objects', {}, (next: unknown) => ({ next })],
])('a chain of 20,000 %s travels', async (_, end, link) => {
  let chain = end as { next?: unknown }
  for (let i = 0; i < 20_000; i++) chain = link(chain)

  let length = 0
  for (let at: { next?: unknown } | undefined = await trip(chain); at !== undefined; at = at.next as typeof chain | undefined) length++

  expect(length).toBe(20_001)
})

test('a result of a class comes back as an instance of the class that was sent', async () => {
  const makeDog = await trip((name: string) => new Dog(name))
  const there = makeDog('rex')

  expect(there).toBeInstanceOf(Dog)
  expect(await trip([there])).toEqual([there])
})

test('plain data goes in one piece', async () => {
  expect(kindsIn(await describeIt({ plain: { a: [1, { b: 2 }] }, f: Math.max }))).toEqual(['object', 'raw', 'global'])
})

test('errors keep what they carry, without running their constructor', async () => {
  class Strict extends RangeError {
    readonly code: string
    constructor(options: { code: string }) {
      super(`code ${options.code}`)
      this.code = options.code
    }
  }
  const error = Object.assign(new Strict({ code: 'E1' }), { cause: new AggregateError([new TypeError('in')], 'many'), extra: { a: [1] } })

  const revived = await trip(error)

  expect(revived).toBeInstanceOf(Strict)
  expect(revived).toMatchObject({ message: 'code E1', code: 'E1', extra: { a: [1] }, stack: error.stack })
  expect((revived.cause as AggregateError).errors[0]).toBeInstanceOf(TypeError)
})

test('primitives that were thrown travel as they are', async () => {
  expect([await trip(null), await trip('text'), await trip(undefined), await trip(7n)]).toEqual([null, 'text', undefined, 7n])
})

test('within a run, a function has the captures of its first description', async () => {
  let count = 1
  const read = (): number => count
  const describer = await newDescriber()

  const first = describer.describe(read, 'a value')
  count = 2

  expect(await createReviver().revive(first)).toSatisfy((fn: () => number) => fn() === 1)
  expect(((await createReviver().revive(describer.describe([read], 'a value'))) as (() => number)[])[0]?.()).toBe(1)
  expect((await trip(read))()).toBe(2)
})

test('what a run leaves in a function is not there in the next run', async () => {
  let calls = 0
  const count = (): number => ++calls
  const parcel = decode(encode(await describeIt(count), true)) as Parcel

  const one = (await createReviver().revive(parcel)) as typeof count
  one()
  const other = (await createReviver().revive(parcel)) as typeof count

  expect([one(), other(), calls]).toEqual([2, 1, 0])
})

test('within a run, two parcels that hold a symbol hold the same one', async () => {
  const mark = Symbol('mark')
  const there = createReviver()
  const describer = await newDescriber()

  const [a, b] = await Promise.all([
    there.revive(describer.describe([mark], 'a value')),
    there.revive(describer.describe({ mark, f: () => 1 }, 'a value')),
  ])

  expect((a as symbol[])[0]).toBe((b as { mark: symbol }).mark)
})
