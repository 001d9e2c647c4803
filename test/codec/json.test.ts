import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { json } from '../../src/codec/json.js'
import { CodecError } from '../../src/errors.js'
import { difference, graphs } from './graph.js'

const trip = <T>(value: T): T => json.parse(json.stringify(value)) as T

test('1,000 random values come back the same: contents, classes, and who is who', () => {
  fc.assert(
    fc.property(graphs, (value) => {
      expect(difference(value, trip(value))).toBeUndefined()
    }),
    { numRuns: 1_000 },
  )
})

test('a value that superjson carries exactly looks as superjson writes it', () => {
  const value = { id: 1n, at: new Date(0), tags: ['a', undefined] }

  expect(JSON.parse(json.stringify(value))).toEqual({
    json: { id: '1', at: '1970-01-01T00:00:00.000Z', tags: ['a', null] },
    meta: { values: { id: ['bigint'], at: ['Date'], 'tags.1': ['undefined'] }, v: 1 },
  })
})

describe('what superjson would damage', () => {
  test('objects shared between keys and values of a Map', () => {
    const [a, b] = [{ n: 1 }, { n: 2 }]
    const back = trip({
      a,
      b,
      map: new Map<unknown, unknown>([
        [a, 1],
        [b, a],
      ]),
      set: new Set([b, a]),
    })

    expect([...back.map]).toEqual([
      [{ n: 1 }, 1],
      [{ n: 2 }, { n: 1 }],
    ])
    expect([...back.map.keys()]).toEqual([back.a, back.b])
    expect(back.map.get(back.b)).toBe(back.a)
    expect([...back.set][0]).toBe(back.b)
  })

  test('the root, met again inside', () => {
    const root: unknown[] = []
    root.push(new Map([[root, root]]))
    const back = trip(root)
    const [[key, value] = []] = back[0] as Map<unknown, unknown>

    expect(key).toBe(back)
    expect(value).toBe(back)
  })

  test('numbers that JSON does not know, in typed arrays', () => {
    const back = trip(new Float64Array([Number.NaN, -0, Number.POSITIVE_INFINITY, 0.1]))

    expect([...back]).toEqual([Number.NaN, -0, Number.POSITIVE_INFINITY, 0.1])
  })

  test('Buffers, and only their own bytes of a larger pool', () => {
    const secret = Buffer.from('a secret in the pool')
    const text = json.stringify(Buffer.from('abc'))

    expect(secret.buffer.byteLength).toBeGreaterThan(1_000)
    expect(text.length).toBeLessThan(200)
    expect(json.parse(text)).toEqual(Buffer.from('abc'))
  })

  test('two views on one buffer', () => {
    const bytes = new Uint8Array(8)
    const back = trip({ bytes, numbers: new Float64Array(bytes.buffer), buffer: bytes.buffer })
    back.numbers[0] = 1

    expect(back.bytes.buffer).toBe(back.buffer)
    expect(back.bytes[7]).toBe(63)
  })

  test('keys that lead to prototypes', () => {
    const text = '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'
    const back = trip(JSON.parse(text) as object)

    expect(Object.keys(back)).toEqual(['__proto__', 'constructor'])
    expect(JSON.stringify(back)).toBe(JSON.stringify(JSON.parse(text)))
    expect({}).not.toHaveProperty('polluted')
  })

  test('errors, with all they carry', () => {
    const error = Object.assign(new AggregateError([new TypeError('inner')], 'outer', { cause: { n: 1n } }), { code: 'E_OUTER' })
    const back = trip(error)

    expect(back).toBeInstanceOf(AggregateError)
    expect(back.errors[0]).toBeInstanceOf(TypeError)
    expect({ ...back }).toEqual({ code: 'E_OUTER' })
    expect(back.cause).toEqual({ n: 1n })
    expect(back.stack).toBe(error.stack)
  })

  test('a list of 100,000 links, each inside the one before', () => {
    let list: { next: unknown } | undefined
    for (let i = 0; i < 100_000; i++) list = { next: list }
    let length = 0
    for (let at: unknown = trip(list); at !== undefined; at = (at as { next: unknown }).next) length++

    expect(length).toBe(100_000)
  })

  test('a RegExp in the middle of its work', () => {
    const regexp = /a/g
    regexp.lastIndex = 7

    expect(trip(regexp).lastIndex).toBe(7)
  })
})

class Point {
  x = 1
}

test.each([
  ['a function', { a: [() => 1] }, '.a[0]'],
  ['a symbol', { a: Symbol('s') }, '.a'],
  ['an instance', new Map([['k', new Point()]]), '.get("k")'],
  ['an instance of a subclass', [new (class Stack extends Array {})()], '[0]'],
  ['shared memory', { m: new Uint8Array(new SharedArrayBuffer(4)) }, '.m.buffer'],
  ['a Proxy', { 'a b': new Proxy({}, {}) }, '["a b"]'],
  ['a symbol as a key', { a: { [Symbol.iterator]: 1 } }, '.a'],
  ['a hidden property', { a: Object.defineProperty({}, 'hidden', { value: 1 }) }, '.a'],
  ['a named property of an array', { a: Object.assign([1], { name: 1 }) }, '.a'],
  ['a named property of a Map', { a: Object.assign(new Map(), { name: 1 }) }, '.a'],
  ['a Promise', [Promise.resolve()], '[0]'],
])('%s is refused, and the message says where', (_, value, path) => {
  const write = () => json.stringify(value)

  expect(write).toThrow(CodecError)
  expect(write).toThrow(`cannot write the value at ${path} as JSON: `)
})

describe('a text that was not written here', () => {
  test.each([
    '',
    '{',
    'null',
    '7',
    '{}',
    '{"json":{"@ref":3}}',
    '{"json":{"@shared":[{"@ref":0}]}}',
    '{"json":{"@what":1}}',
    '{"json":{"@map":7}}',
  ])('%s is refused', (text) => {
    expect(() => json.parse(text)).toThrow(CodecError)
    expect(() => json.parse(text)).toThrow(/^cannot read the JSON text: /)
  })

  test.each([
    '{"json":{"a":{}},"meta":{"values":{"__proto__.polluted":["undefined"]}}}',
    '{"json":{"a":{}},"meta":{"referentialEqualities":{"a":["__proto__.polluted"]}}}',
    '{"json":{"@object":[["__proto__",{"polluted":true}]]}}',
    '{"json":{"@error":["Error",[["__proto__",{"polluted":true}]]]}}',
    '{"json":{"__proto__":{"polluted":true}}}',
  ])('%s leaves prototypes alone', (text) => {
    try {
      json.parse(text)
    } catch (error) {
      expect(error).toBeInstanceOf(CodecError)
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  test('an array that says it is four billion long costs nothing', () => {
    expect(json.parse('{"json":{"@array":[4294967295,[]]}}')).toHaveLength(4_294_967_295)
  })
})

test('1,000 damaged texts give a value or a CodecError, and leave the language as it was', () => {
  const names = Object.getOwnPropertyNames(Object.prototype)
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 32, max: 126 })), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(graphs, damage, (value, flips) => {
      const text = flips.reduce((before, [at, code]) => {
        const place = at % before.length
        return before.slice(0, place) + String.fromCharCode(code) + before.slice(place + 1)
      }, json.stringify(value))
      try {
        json.parse(text)
      } catch (error) {
        expect(error).toBeInstanceOf(CodecError)
      }
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(names)
    }),
    { numRuns: 1_000 },
  )
})
