/** Values as files hold them: what goes in comes out, arrays without a copy. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeSections, encodeSections } from '../../src/codec/sections.js'
import { CodecError } from '../../src/errors.js'
import { anything as anyValue } from '../support/anything.js'

const bytesOf = (value: unknown): Uint8Array => new Uint8Array(Buffer.concat(encodeSections(value)))
const trip = <T>(value: T): T => decodeSections(bytesOf(value)) as T

const anything = anyValue()

test('any value that the wire carries comes out as it went in', () => {
  fc.assert(
    fc.property(anything, (value) => void expect(trip(value)).toStrictEqual(value)),
    { numRuns: 500 },
  )
})

const types = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array]

test.each([...types, BigInt64Array, BigUint64Array])('%o of any size keeps its type and its elements, whole or a part', (View) => {
  for (const length of [0, 1, 3, 511, 513, 10_001]) {
    const view = new View(length + 2)
    new Uint8Array(view.buffer).forEach((_, i, bytes) => void (bytes[i] = i * 7))
    for (const given of [view, view.subarray(1, length + 1)]) {
      const { a, b } = trip({ a: given, b: 'beside it' })

      expect(a.constructor).toBe(View)
      expect(
        Buffer.compare(Buffer.from(a.buffer, a.byteOffset, a.byteLength), Buffer.from(given.buffer, given.byteOffset, given.byteLength)),
      ).toBe(0)
      expect(b).toBe('beside it')
    }
  }
})

test.each([0, 7, 5_000, 100_000])('a Buffer and a DataView of %i bytes stay what they are', (size) => {
  const buffer = Buffer.alloc(size, 'abc')
  const back = trip([buffer, new DataView(new ArrayBuffer(size))])

  expect(back[0]).toEqual(buffer)
  expect(Buffer.isBuffer(back[0])).toBe(true)
  expect(back[1]).toEqual(new DataView(new ArrayBuffer(size)))
})

test.each([100, 10_000, 1_000_000])('views on one buffer of %i bytes go on sharing it', (size) => {
  const buffer = new ArrayBuffer(size)
  const back = trip({ bytes: new Uint8Array(buffer), again: new Uint8Array(buffer), shorts: new Int16Array(buffer) })
  back.bytes[0] = 5

  expect(back.again[0]).toBe(5)
  expect(back.shorts[0]).toBe(5)
})

test('an array of 64 KB or more lies on what was read, a smaller one has a buffer of its own', () => {
  const bytes = bytesOf({ large: new Float64Array(10_000), small: new Float64Array(1_000) })
  const { large, small } = decodeSections(bytes) as { large: Float64Array; small: Float64Array }

  expect(large.buffer).toBe(bytes.buffer)
  expect(small.buffer.byteLength).toBe(8_000)
})

test('bytes that lie anywhere in memory are read too', () => {
  const value = { large: new Float64Array(10_000).fill(0.5) }
  const moved = new Uint8Array([0, 0, 0, ...bytesOf(value)]).subarray(3)

  expect(decodeSections(moved)).toEqual(value)
})

test('what is written shares nothing with the value', () => {
  const value = new Float64Array(10_000)
  const parts = encodeSections(value)
  value.fill(1)

  expect(decodeSections(new Uint8Array(Buffer.concat(parts)))).toEqual(new Float64Array(10_000))
})

test('shared memory, functions and symbols are refused', () => {
  expect(() => encodeSections(new SharedArrayBuffer(8))).toThrow(CodecError)
  expect(() => encodeSections(new Uint8Array(new SharedArrayBuffer(8)))).toThrow('it lives in this process only')
  expect(() => encodeSections([() => 1])).toThrow()
})

test('damaged bytes give a value or an error, and leave the language as it was', () => {
  const bytes = bytesOf({ a: new Float64Array(600), b: new Map([[1, new Uint8Array(3)]]), c: ['x', 1n] })
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bytes.byteLength - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
      const damaged = bytes.slice()
      for (const [at, byte] of changes) damaged[at % 2 === 0 ? at % 40 : at] = byte
      try {
        decodeSections(damaged)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
      expect(Object.keys(Object.prototype)).toEqual([])
    }),
    { numRuns: 1_000 },
  )
})
