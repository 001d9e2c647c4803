import { EventEmitter } from 'node:events'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashValue } from '../../src/codec/hash.js'
import { CodecError } from '../../src/errors.js'

class Point {
  x: number
  y: number
  constructor(x: number, y: number) {
    this.x = x
    this.y = y
  }
}
class Secret {
  #value: number
  constructor(value: number) {
    this.#value = value
  }
  get(): number {
    return this.#value
  }
}
class Tagged extends Map<string, number> {
  tag = 'a'
}

const sparse = (length: number): unknown[] => {
  const array: unknown[] = []
  array.length = length
  return array
}
const loop = (n: number): object => {
  const nodes = Array.from({ length: n }, (_, i) => ({ i, next: undefined as object | undefined }))
  nodes.forEach((node, i) => {
    node.next = nodes[(i + 1) % n]
  })
  return nodes[0] as object
}
const chain = (n: number, end: object): object => {
  let head = end
  for (let i = 0; i < n; i++) head = { next: head }
  return head
}
const named = (error: Error, fields: object): Error => Object.assign(error, fields)

/** Digests are promised: a change here makes every cache of every user a miss. */
const golden: readonly (readonly [name: string, value: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['true', true],
  ['0', 0],
  ['-0', -0],
  ['1', 1],
  ['1.5', 1.5],
  ['2 ** 31', 2 ** 31],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['1n', 1n],
  ['-1n', -1n],
  ['empty text', ''],
  ['text', 'héllo €'],
  ['long text', 'ab'.repeat(20_000)],
  ['lone surrogate', '\ud800'],
  ['replacement character', '\ufffd'],
  ['Symbol.for', Symbol.for('a')],
  ['Symbol.iterator', Symbol.iterator],
  ['{}', {}],
  ['null prototype', Object.create(null)],
  ['[]', []],
  ['[42]', [42]],
  ['[undefined]', [undefined]],
  ['[hole]', sparse(1)],
  ['long hole', sparse(2 ** 32 - 1)],
  ['[[1], 2]', [[1], 2]],
  ['[1, [2]]', [1, [2]]],
  ['named array', Object.assign([1], { index: 0 })],
  ['record', { b: [1, { c: null }], a: 'x' }],
  ['record with undefined', { a: undefined }],
  ['symbol key', { [Symbol.for('k')]: 1 }],
  [
    'Map',
    new Map<unknown, unknown>([
      ['a', 1],
      [{ k: 1 }, new Set([1, 2])],
    ]),
  ],
  ['Set', new Set([3, 'x', null])],
  ['Date', new Date(0)],
  ['invalid Date', new Date(Number.NaN)],
  ['RegExp', /a+/gi],
  ['URL', new URL('https://example.org/a?b#c')],
  ['URLSearchParams', new URLSearchParams('a=1')],
  ['Uint8Array', new Uint8Array([1, 2, 3])],
  ['Buffer', Buffer.from([1, 2, 3])],
  ['Int8Array', new Int8Array([1, 2, 3])],
  ['Float64Array', new Float64Array([1.5, -0])],
  ['DataView', new DataView(new ArrayBuffer(3))],
  ['ArrayBuffer', new ArrayBuffer(3)],
  ['SharedArrayBuffer', new SharedArrayBuffer(3)],
  ['long bytes', new Uint8Array(100_000).fill(7)],
  ['new Number', Object(1)],
  ['new String', Object('a')],
  ['instance', new Point(1, 2)],
  ['Map of a class', new Tagged([['a', 1]])],
  ['Error', new Error('e')],
  ['Error with a cause', new Error('e', { cause: 1 })],
  ['RangeError with a code', named(new RangeError('e'), { code: 'E', path: '/a' })],
  ['AggregateError', new AggregateError([new Error('a')], 'e')],
  ['cycle of one', loop(1)],
  ['cycle of two', loop(2)],
]

test('digests are what they were', () => {
  expect(Object.fromEntries(golden.map(([name, value]) => [name, hashValue(value)]))).toMatchSnapshot()
})

test('values of different kinds have different digests', () => {
  expect(new Set(golden.map(([, value]) => hashValue(value))).size).toBe(golden.length)
})

const shared = { v: [1, 2, 3] }
const equal: readonly (readonly [name: string, one: unknown, other: unknown])[] = [
  ['the order of keys', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
  [
    'the order of Map entries',
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
    new Map([
      ['b', 2],
      ['a', 1],
    ]),
  ],
  ['the order of Set items', new Set([{ a: 1 }, { a: 2 }]), new Set([{ a: 2 }, { a: 1 }])],
  ['sharing', [{ a: shared }, shared], [{ a: { v: [1, 2, 3] } }, { v: [1, 2, 3] }]],
  ['sharing of what is large', Array(3).fill('x'.repeat(5_000).split('')), [0, 1, 2].map(() => 'x'.repeat(5_000).split(''))],
  ['the buffer around a view', new Uint16Array([0, 1, 2]).subarray(1), new Uint16Array([1, 2])],
  ['how an Error was thrown', new Error('e'), (() => new Error('e'))()],
  ['how a string was built', 'abc', ['a', 'b', 'c'].join('')],
  ['which NaN it is', new Float64Array(new BigUint64Array([0x7ff8_0000_0000_0001n]).buffer)[0], Number.NaN],
  ['fields that are not enumerable', Object.defineProperty({}, 'a', { value: 1 }), {}],
]
test.each(equal)('%s does not count', (_, one, other) => {
  expect(hashValue(one)).toBe(hashValue(other))
})

const different: readonly (readonly [name: string, one: unknown, other: unknown])[] = [
  ['the order of an array', [1, 2], [2, 1]],
  ['where a boundary lies', ['ab', 'c'], ['a', 'bc']],
  ['an empty text before a long one', ['', 'x'.repeat(20_000)], ['x'.repeat(20_000), '']],
  ['undefined in a field', { a: undefined }, {}],
  ['a class', new Point(1, 2), { x: 1, y: 2 }],
  ['a field of an Error', named(new Error('e'), { a: 1 }), named(new Error('e'), { a: 2 })],
  ['lastIndex', Object.assign(/a/g, { lastIndex: 1 }), /a/g],
  ['the far end of long bytes', new Uint8Array(50_000).fill(1, 49_999), new Uint8Array(50_000)],
  ['the length of a cycle', loop(2), loop(3)],
  ['which namespace of the language it is', Math, JSON],
  ['the locale of a formatter', new Intl.NumberFormat('en'), new Intl.NumberFormat('de')],
]
test.each(different)('%s counts', (_, one, other) => {
  expect(hashValue(one)).not.toBe(hashValue(other))
})

describe('what its contents do not tell apart is an error that names the path', () => {
  const refused: readonly (readonly [name: string, value: unknown, message: string])[] = [
    ['a Promise', Promise.resolve(), 'cannot hash the value: it is a Promise; await it first'],
    ['a function', { a: [() => 1] }, 'cannot hash the value at .a[0]: it is a function; pass data'],
    [
      'a unique symbol',
      { 'a b': Symbol('s') },
      'cannot hash the value at ["a b"]: it is Symbol(s), which is unlike any other symbol; use Symbol.for',
    ],
    [
      'a WeakMap',
      new Map([['k', new WeakMap()]]),
      'cannot hash the value at .get("k"): it is a WeakMap (lives in this process only); pass what it stands for',
    ],
    [
      'an emitter',
      { options: { socket: new EventEmitter() } },
      'cannot hash the value at .options.socket: it is an EventEmitter (lives in this process only); pass what it stands for',
    ],
    [
      'a Proxy',
      [new Proxy(new Map(), {})],
      'cannot hash the value at [0]: it is a Proxy around more than plain data; pass what it stands for',
    ],
    [
      'private fields',
      new Set([new Secret(1)]),
      "cannot hash the value at (an item of the Set): it is an instance of Secret, whose private fields cannot be read; give the class a method [Symbol.for('joblet.reduce')]() that returns [maker, args]",
    ],
    [
      'a generator',
      (function* () {})(),
      'cannot hash the value: it is a generator that is already running; collect it into an array first',
    ],
  ]
  test.each(refused)('%s', (_, value, message) => {
    expect(() => hashValue(value)).toThrow(new CodecError(message))
  })

  test('something far down', () => {
    expect(() => hashValue(chain(2_000, { end: Promise.resolve() }))).toThrow(
      /^cannot hash the value at \.next\.next.* … .*\.next\.end: it is a Promise; await it first$/,
    )
  })

  test('a chain too long for the stack whose links know each other', () => {
    expect(() => hashValue(loop(50_000))).toThrow(
      /^cannot hash the value at \.next\.next.* … .*: it is nested too deeply; pass a flat form of it$/,
    )
    expect(hashValue([42])).toBe(hashValue([42]))
  })
})

test('an instance with a joblet.reduce method is what it is made from', () => {
  const money = (amount: number): object => ({ __proto__: new Secret(0), [Symbol.for('joblet.reduce')]: () => ['Money', [amount]] })

  expect(hashValue(money(1))).toBe(hashValue(money(1)))
  expect(hashValue(money(1))).not.toBe(hashValue(money(2)))
})

test('a chain of 100,000 links is hashed to its end', () => {
  expect(hashValue(chain(100_000, { end: 1 }))).toBe(hashValue(chain(100_000, { end: 1 })))
  expect(hashValue(chain(100_000, { end: 1 }))).not.toBe(hashValue(chain(100_000, { end: 2 })))
})

test('how deep a part lies does not count', () => {
  const part = chain(500, { end: 1 })

  // Written from within in one case, on its own in the other.
  expect(hashValue([part, chain(900, {})])).toBe(hashValue([chain(500, { end: 1 }), chain(900, {})]))
  expect(hashValue([chain(300, part), part])).toBe(hashValue([chain(800, { end: 1 }), chain(500, { end: 1 })]))
})

test('what can be shared in very many ways is walked once', () => {
  let wide: unknown = [1]
  for (let i = 0; i < 60; i++) wide = [wide, wide]

  expect(hashValue(wide)).toHaveLength(64)
})

test('a graph whose nodes all know each other is hashed, and the same each time', () => {
  const graph = (label: string): object[] => {
    const nodes = Array.from({ length: 30 }, (_, i) => ({ label: `${label}${i}`, to: [] as object[] }))
    for (const node of nodes) node.to.push(...nodes)
    return nodes
  }

  expect(hashValue(graph('a'))).toBe(hashValue(graph('a')))
  expect(hashValue(graph('a'))).not.toBe(hashValue(graph('b')))
})

test('hooks stand in for functions, classes and what cannot be hashed, and may hash themselves', () => {
  const options = { functions: () => hashValue('f'), classes: (maker: object) => String(maker), unhashable: () => 'opaque' }

  expect(hashValue([() => 1, new Point(1, 2), new WeakMap()], options)).toBe(
    hashValue([() => 2, new Point(1, 2), Promise.resolve()], options),
  )
})

test('equal values have equal digests, others different ones, whatever they are', () => {
  const value = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withSparseArray: true })
  fc.assert(
    fc.property(value, (one) => {
      expect(hashValue(one)).toBe(hashValue(structuredClone(one)))
      expect(hashValue([one])).not.toBe(hashValue(one))
    }),
    { numRuns: 300 },
  )
})

test('short arrays of primitives have the digest that the whole walk gives them', () => {
  // A hook that knows nothing: with one, all goes the long way.
  const theLongWay = (value: unknown): string => hashValue(value, { known: () => undefined })
  const item = fc.oneof(fc.integer(), fc.double(), fc.constant(-0), fc.boolean(), fc.string({ unit: 'binary', maxLength: 40 }))
  fc.assert(
    fc.property(fc.array(item, { maxLength: 10 }), (items) => {
      expect(hashValue(items)).toBe(theLongWay(items))
    }),
    { numRuns: 2_000 },
  )
  class Items extends Array<number> {}
  const odd = [
    [1, undefined],
    [1, ...sparse(2)],
    Object.assign([1], { unit: 'm' }),
    Object.assign([1], { [Symbol.for('unit')]: 'm' }),
    Items.of(1),
  ]
  for (const items of odd) {
    expect(hashValue(items)).toBe(theLongWay(items))
    expect(hashValue(items)).not.toBe(hashValue([1]))
  }
})
