/** Copies of small plain values: equal, and sharing nothing. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { notCopied, snapshot } from '../../src/codec/snapshot.js'
import { isPlain } from '../../src/function/parcel/plain.js'
import { anything as anyValue } from '../support/anything.js'

const anything = anyValue({ withNullPrototype: true, withBoxedValues: true })

/** Every object within a value. */
function objectsIn(value: unknown, seen = new Set<object>()): Set<object> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return seen
  seen.add(value)
  if (ArrayBuffer.isView(value)) seen.add(value.buffer)
  const parts =
    value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : ArrayBuffer.isView(value) ? [] : Object.values(value)
  for (const part of parts) objectsIn(part, seen)
  return seen
}

test('a copy is equal to the value and shares no object with it', () => {
  fc.assert(
    fc.property(anything, (value) => {
      const copy = snapshot(value)
      if (copy === notCopied) return
      expect(copy).toStrictEqual(value)
      const own = objectsIn(value)
      expect([...objectsIn(copy)].filter((object) => own.has(object))).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('small plain records are copied: that is what it is for', () => {
  fc.assert(
    fc.property(
      fc.record(
        { id: fc.nat(), name: fc.string(), tags: fc.array(fc.string(), { maxLength: 5 }), at: fc.date({ noInvalidDate: true }) },
        { noNullPrototype: true },
      ),
      (record) => {
        expect(snapshot(record)).toStrictEqual(record)
      },
    ),
  )
})

test('whatever the wire does not carry exactly is not copied either', () => {
  fc.assert(
    fc.property(anything, (value) => {
      if (!isPlain(value)) expect(snapshot(value)).toBe(notCopied)
    }),
    { numRuns: 500 },
  )
})

class Dog {}

const shared = { a: 1 }
// Node 20 has it, the types of ES2022 do not.
const GrowingBuffer = ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer

const cyclic: { self?: object } = {}
cyclic.self = cyclic

test.each([
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['an instance', new Dog()],
  ['a record without a prototype', Object.create(null)],
  ['a record with a symbol key', { [Symbol('s')]: 1 }],
  ['a record with __proto__ as a key', JSON.parse('{"__proto__": 1}')],
  ['a record with a hidden field', Object.defineProperty({}, 'hidden', { value: 1 })],
  ['a frozen record', Object.freeze({ a: 1 })],
  ['a frozen array', Object.freeze([1])],
  ['an array with a hole', Object.assign(new Array(2), { 0: 1 })],
  ['an array with a hole and a named field', Object.assign(new Array(1), { title: 'x' })],
  ['an array with a named field', Object.assign([1], { title: 'x' })],
  ['a regular expression', /x/],
  ['an error', new Error('e')],
  ['a URL', new URL('http://x/')],
  ['a promise', Promise.resolve()],
  ['a boxed number', Object(1)],
  ['a Buffer', Buffer.from('x')],
  ['a view on a part of a buffer', new Uint8Array(new ArrayBuffer(8), 4)],
  ['a view on shared memory', new Uint8Array(new SharedArrayBuffer(8))],
  ['an object met twice', [shared, shared]],
  ['a cycle', cyclic],
  ['a proxy', new Proxy({}, {})],
  ['a large array', new Array(2_000).fill(1)],
  ['a long array with a named field', Object.assign(new Array(200).fill(1), { title: 'x' })],
  ['a long array with a hole and a named field', Object.assign(new Array(200).fill(1, 1), { title: 'x' })],
  ['what only inherits from Array', Object.create(Array.prototype)],
  ['an array with a symbol key', Object.assign([1], { [Symbol('s')]: 1 })],
  ['many records', Array.from({ length: 200 }, (_, id) => ({ id }))],
  ['an object met twice, far apart', [shared, ...Array.from({ length: 50 }, () => ({})), shared]],
  ['a large view', new Float64Array(10_000)],
  ['a view on memory that may grow', new Uint8Array(new GrowingBuffer(8, { maxByteLength: 16 }))],
  ['a deep value', Array.from({ length: 200 }).reduce((inner) => [inner], 1)],
  ['one of these deep inside', { a: [new Map([['k', new Set([() => 1])]])] }],
])('%s is not copied', (_, value) => {
  expect(snapshot(value)).toBe(notCopied)
})

test('typed arrays of every kind are copied, up to 64 KB, and weighed', () => {
  for (const view of [new Uint16Array(1_000), new BigInt64Array(3), new Float32Array(5), new Uint8ClampedArray(9)]) {
    const [tally, empty] = [{ bytes: 1 }, { bytes: 1 }]
    expect(snapshot({ view, name: 'four' }, tally)).toStrictEqual({ view, name: 'four' })
    snapshot({ view: view.slice(0, 0), name: '' }, empty)
    expect(tally.bytes - empty.bytes).toBe(view.byteLength + 4)
  }
})

test('a hundred records, or a thousand numbers, are copied with what goes with them, and weigh more the more they are', () => {
  const rows = Array.from({ length: 100 }, (_, id) => ({ id, name: `row ${id}`, tags: null }))
  const numbers = Array.from({ length: 1_000 }, (_, i) => i / 7)
  for (const value of [rows, numbers]) {
    const [tally, half] = [{ bytes: 0 }, { bytes: 0 }]
    expect(snapshot(value, tally)).toStrictEqual(value)
    expect(snapshot(value.slice(0, value.length / 2), half)).toStrictEqual(value.slice(0, value.length / 2))
    expect(tally.bytes).toBeGreaterThan(half.bytes)
  }
})

test.each([undefined, null, true, 'text', -0, Number.NaN, 10n])('the primitive %s is its own copy', (value) => {
  expect(Object.is(snapshot(value), value)).toBe(true)
})

test('a record whose getter throws is left to whoever looks closer', () => {
  const record = {
    get broken(): never {
      throw new Error('do not look')
    },
  }
  expect(snapshot({ record })).toBe(notCopied)
})
