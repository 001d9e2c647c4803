/** Data that was made in another context of `node:vm`, as tests of jest make theirs, counts as data of this one. */
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashValue } from '../../src/codec/hash.js'
import { json } from '../../src/codec/json.js'
import { homeLeaf, homePrototypeOf } from '../../src/codec/realm.js'
import { trip } from './trip.js'

const elsewhere = (code: string): unknown => runInNewContext(code)
const here = (code: string): unknown => new Function(`return ${code}`)()

const data = [
  '({ a: [1, { b: null }], c: "text" })',
  '[1, , 3]',
  'new Map([[{ k: 1 }, new Set([1n])]])',
  'new Date(5)',
  '/a+/gi',
  'new Float64Array([1, 2.5])',
  'new DataView(new ArrayBuffer(8), 2, 4)',
  'new ArrayBuffer(8)',
  'new TypeError("wrong", { cause: { a: 1 } })',
]

test.each(data)('%s arrives as one of the receiver', async (code) => {
  const arrived = await trip(elsewhere(code))

  expect(Object.getPrototypeOf(arrived)).toBe(Object.getPrototypeOf(here(code)))
  if (!/Error/.test(code)) expect(arrived).toStrictEqual(here(code))
})

test.each(data)('%s has the hash that it has here', (code) => {
  // The stack of an error is no part of its hash.
  expect(hashValue(elsewhere(code))).toBe(hashValue(here(code)))
})

test.each(data)('%s is written as JSON with nothing lost', (code) => {
  const read = json.parse(json.stringify(elsewhere(code)))

  expect(Object.getPrototypeOf(read)).toBe(Object.getPrototypeOf(here(code)))
  if (!/Error/.test(code)) expect(read).toStrictEqual(here(code))
})

test('any JSON that was parsed elsewhere travels and hashes as if it had been parsed here', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const text = JSON.stringify(value)
      const parsed = elsewhere(`JSON.parse(${JSON.stringify(text)})`)

      expect(await trip(parsed)).toStrictEqual(JSON.parse(text))
      expect(hashValue(parsed)).toBe(hashValue(JSON.parse(text)))
    }),
    { numRuns: 100 },
  )
})

test('an instance of a class of there, and of one that extends a Map of there, arrives with its methods', async () => {
  const point = await trip(
    elsewhere('class P { constructor() { this.x = 3 } get double() { return 2 * this.x } }; new P()') as { double: number },
  )
  const map = await trip(
    elsewhere('class M extends Map { first() { return [...this.keys()][0] } }; new M([[7, 1]])') as { first(): number },
  )

  expect([point.double, map.first()]).toEqual([6, 7])
})

test.each(['(x) => x + 1', 'async (x) => x + 1', '(function (x) { return x + 1 })'])(
  'the function %s of there is called here',
  async (code) => {
    const fn = await trip(elsewhere(code) as (x: number) => unknown)

    expect(await fn(1)).toBe(2)
  },
)

test('what is of this realm, or of no built-in class, is left as it is', () => {
  class Own {}
  const fake = Object.create({ constructor: Object.defineProperty(() => undefined, 'name', { value: 'Map' }) }) as object

  for (const object of [{}, [], new Map(), new Own(), fake, Object.create(null) as object]) {
    expect(homePrototypeOf(object)).toBe(Object.getPrototypeOf(object))
    expect(homeLeaf(object)).toBeUndefined()
  }
})

test('a prototype that is a Proxy is not looked into', () => {
  const trapped = Object.create(new Proxy({}, { getOwnPropertyDescriptor: () => expect.unreachable() })) as object

  expect(homePrototypeOf(trapped)).toBe(Object.getPrototypeOf(trapped))
})
