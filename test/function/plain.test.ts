import { deserialize, serialize } from 'node:v8'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPlain } from '../../src/function/parcel/plain.js'
import { isPlainGraph } from '../../src/function/parcel/plain-graph.js'
import { anything } from '../support/anything.js'

class Dog {}
const cycle: Record<string, unknown> = {}
cycle['self'] = [cycle]
let shared: unknown[] = [1]
for (let i = 0; i < 200; i++) shared = [shared, shared]
let deep: object = {}
for (let i = 0; i < 500; i++) deep = { deep }

test.each<[string, unknown]>([
  ['primitives', [1, 'a', true, null, undefined, 1n, NaN, -0]],
  ['null itself', null],
  ['records and arrays', { a: [{ b: [1, [2]] }] }],
  ['holes', Object.assign([1], { 2: 3 })],
  ['Map, Set, Date and RegExp', [new Map([[{}, [1]]]), new Set([{}]), new Date(), /a/]],
  ['binary data', [Buffer.from('a'), new Float64Array(2), new ArrayBuffer(4), new DataView(new ArrayBuffer(4))]],
  ['a typed array with a further property, which stays behind', Object.assign(new Float64Array(1), { name: 'x' })],
  ['a cycle', cycle],
  ['a graph whose paths double at each step', shared],
  ['a deep chain', deep],
])('%s are plain', (_, value) => {
  expect(isPlain(value)).toBe(true)
  expect(isPlainGraph(value, new Set())).toBe(true)
})

test.each<[string, unknown]>([
  ['a function', () => 1],
  ['a symbol', Symbol('a')],
  ['an instance', new Dog()],
  ['a subclass of Map', new (class extends Map {})()],
  ['a null prototype', Object.create(null)],
  ['an error', new Error('a')],
  ['a URL', new URL('http://a')],
  ['a promise', Promise.resolve()],
  ['a boxed primitive', Object(1)],
  ['a symbol key', { [Symbol('a')]: 1 }],
  ['a hidden key', Object.defineProperty({}, 'a', { value: 1 })],
  ['a frozen object', Object.freeze({ a: 1 })],
  ['a key on an array', Object.assign([1], { a: 1 })],
  ['a key on a Map', Object.assign(new Map(), { a: 1 })],
  ['a RegExp that has begun', Object.assign(/a/g, { lastIndex: 1 })],
  ['a Map in name only', Object.create(Map.prototype)],
])('%s is not plain, however deep it lies', (_, value) => {
  const cyclic: Record<string, unknown> = { value }
  cyclic['self'] = cyclic

  expect(isPlain(value)).toBe(false)
  expect(isPlain([{ a: new Map([['k', new Set([value])]]) }])).toBe(false)
  expect(isPlain(cyclic)).toBe(false)
})

test('objects on the way to one that is not plain are remembered, others are not', () => {
  const good = { fine: true }
  const bad = { f: () => 1 }
  const root = { good, bad }
  const tainted = new Set<object>()

  expect(isPlainGraph(root, tainted)).toBe(false)
  expect(tainted).toEqual(new Set([root, bad]))
})

test('a getter is not run by the thorough walk', () => {
  const withGetter = {
    get a(): never {
      throw new Error('it was run')
    },
  }

  expect(isPlainGraph(withGetter, new Set())).toBe(false)
})

test('whatever is plain comes out of v8.serialize as it was', () => {
  fc.assert(
    fc.property(anything({ withNullPrototype: true, withBoxedValues: true }), (value) => {
      if (isPlain(value)) expect(deserialize(serialize(value))).toStrictEqual(value)
      expect(isPlainGraph(value, new Set())).toBe(isPlain(value))
    }),
  )
})
