/** The wire: what goes in comes out. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shared } from '../../src/codec/shared-memory.js'
import { decode, encode } from '../../src/codec/wire.js'
import { anything as anyValue } from '../support/anything.js'

const trip = <T>(value: T, sharesMemory = false): T => decode(encode(value, sharesMemory)) as T

const anything = anyValue({ withBoxedValues: true })

test('any value that structured clone carries comes out as it went in', () => {
  fc.assert(
    fc.property(anything, (value) => void expect(trip(value)).toStrictEqual(value)),
    { numRuns: 500 },
  )
})

test('it agrees with structured clone on values with cycles, errors and patterns', () => {
  const value: Record<string, unknown> = {
    at: new Date(5),
    pattern: /a+/giu,
    error: new RangeError('far'),
    map: new Map([[{ k: 1 }, new Set([1n])]]),
  }
  value['self'] = value
  expect(trip(value)).toEqual(structuredClone(value))
})

const viewTypes = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
]

test.each(viewTypes)('%o keeps its type and its elements, whole or a part', (View) => {
  const buffer = new ArrayBuffer(64)
  new Uint8Array(buffer).set(Array.from({ length: 64 }, (_, i) => i * 3))
  for (const view of [new View(buffer), new View(buffer, 16, 2), new View(0)]) {
    const back = trip(view)
    expect(back.constructor).toBe(View)
    expect(back).toEqual(view)
  }
})

test.each([0, 1, 7, 70_000])('a Buffer of %i bytes stays a Buffer', (size) => {
  const buffer = Buffer.alloc(size, 'abc')
  const back = trip(buffer)
  expect(Buffer.isBuffer(back)).toBe(true)
  expect(back.equals(buffer)).toBe(true)
})

test('a DataView keeps its bytes', () => {
  const view = new DataView(new ArrayBuffer(8), 2, 4)
  view.setFloat32(0, 1.5)
  expect(trip(view).getFloat32(0)).toBe(1.5)
})

test('a slice of a large array costs what the slice weighs', () => {
  const slice = new Float64Array(1_000_000).subarray(10, 20)
  expect(encode(slice, false).bytes.byteLength).toBeLessThan(200)
})

test('two views on one whole buffer still share it', () => {
  const buffer = new ArrayBuffer(8)
  const { bytes, words } = trip({ bytes: new Uint8Array(buffer), words: new Uint16Array(buffer) })
  bytes[0] = 7
  expect(words[0]).toBe(7)
})

test('what comes out shares nothing with the message or the value', () => {
  const value = { whole: new Uint8Array([1, 2]), part: new Uint8Array([1, 2, 3]).subarray(1), buffer: Buffer.from('hi') }
  const envelope = encode(value, false)
  const back = decode(envelope) as typeof value
  for (const view of Object.values(back)) expect(view.buffer).not.toBe(envelope.bytes.buffer)
  value.whole[0] = 9
  envelope.bytes.fill(0)
  expect([...back.whole, ...back.part, back.buffer.toString()]).toEqual([1, 2, 2, 3, 'hi'])
})

test('a view on shared memory stays one for a thread, whatever its kind', () => {
  const memory = new SharedArrayBuffer(16)
  const values = [new Int32Array(memory), new Uint8Array(memory, 4, 2), new DataView(memory, 8)]
  const envelope = encode(values, true)
  expect(envelope.shared).toEqual([memory])
  const [cells, bytes, view] = decode(envelope) as [Int32Array, Uint8Array, DataView]
  Atomics.store(cells, 1, 0x0201)
  view.setUint8(0, 5)
  expect([...bytes, new Uint8Array(memory)[8]]).toEqual([1, 2, 5])
})

test('a view on shared memory is refused for a process', () => {
  expect(() => encode([new Uint8Array(new SharedArrayBuffer(8))], false)).toThrow('only threads see it')
})

test('bare shared memory is refused everywhere', () => {
  for (const sharesMemory of [true, false]) expect(() => encode(new SharedArrayBuffer(8), sharesMemory)).toThrow('send a view on it')
})

test.each([
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['a promise', Promise.resolve()],
  ['a WeakMap', new WeakMap()],
  ['a message port', new MessageChannel().port1],
])('%s is refused', (_, value) => {
  expect(() => encode({ deep: [value] }, true)).toThrow()
})

test('a value after a refused one is carried as ever', () => {
  expect(() => encode(() => 1, false)).toThrow()
  expect(trip([1])).toEqual([1])
})

test('a view that ends beyond 4 GiB is refused, not cut short', () => {
  // Untouched, it takes no memory.
  const memory = new SharedArrayBuffer(4.8e9)
  expect(trip(new Float64Array(memory, 4e9, 9), true)).toMatchObject({ byteOffset: 4e9, length: 9 })
  for (const view of [new Float64Array(memory), new Uint8Array(memory, 4.4e9, 1)])
    expect(() => trip(view, true)).toThrow(
      /^cannot send memory of 4\.[48]0 GB: one piece holds less than 4 GiB \(4\.29 GB\); pass it in parts$/,
    )
})

test('memory of more than 4 GiB is not shared', () => {
  const memory = new SharedArrayBuffer(4.8e9)
  expect(() => shared(new Uint8Array(memory, 0, 10))).toThrow(
    new RangeError('cannot share memory of 4.80 GB: one piece holds less than 4 GiB (4.29 GB); share it in parts'),
  )
})
