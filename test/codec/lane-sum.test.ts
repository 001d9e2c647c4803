/** The checksum of large entries: as docs/memory-format.md defines it, however the bytes arrive. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LaneSum, mixOneByOne } from '../../src/codec/lane-sum.js'

/** What the page says, word for word. */
function asDefined(bytes: Uint8Array): string {
  const padded = Buffer.concat([bytes, Buffer.alloc((128 - (bytes.length % 128)) % 128)])
  const lanes = Array.from({ length: 32 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 0)
  for (let word = 0; word < padded.length / 4; word++) {
    const mixed = ((lanes[word % 32] ?? 0) ^ padded.readUInt32LE(4 * word)) >>> 0
    lanes[word % 32] = Math.imul(((mixed << 15) | (mixed >>> 17)) >>> 0, 0x9e3779b1) >>> 0
  }
  const state = Buffer.alloc(136)
  for (const [i, lane] of lanes.entries()) state.writeUInt32LE(lane, 4 * i)
  state.writeDoubleLE(bytes.length, 128)
  return createHash('sha256').update(state).digest('hex').slice(0, 32)
}

const sumOf = (...parts: readonly Uint8Array[]): string =>
  parts
    .reduce((sum, part) => sum.add(part), new LaneSum())
    .end()
    .toString('hex')
const noise = (length: number): Uint8Array => new Uint8Array(length).map((_, i) => Math.imul(i + length, 0x9e3779b1) >>> 13)

test('it is what the page says, at any length', () => {
  for (const length of [0, 1, 3, 127, 128, 129, 65_535, 65_536, 65_537, 200_000])
    expect(sumOf(noise(length))).toBe(asDefined(noise(length)))
})

test('it is promised', () => {
  expect([sumOf(), sumOf(noise(1)), sumOf(noise(1_000_000))]).toMatchInlineSnapshot(`
    [
      "0ba15405e671d87f882be9ef599a3c5a",
      "9acc117944bf16f7392dc664a12fadd0",
      "f09b948c78ea6881419ce19c9f2e9f01",
    ]
  `)
})

test('it does not depend on how the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 20 }), (parts) => {
      expect(sumOf(...parts)).toBe(asDefined(Buffer.concat(parts)))
    }),
  )
})

test('two sums that are taken by turns are as if each were alone', () => {
  const [one, other] = [new LaneSum(), new LaneSum()]
  for (let i = 0; i < 10; i++) {
    one.add(noise(1_000 + i))
    other.add(noise(77 * i))
  }
  const all = (length: (i: number) => number) => Buffer.concat(Array.from({ length: 10 }, (_, i) => noise(length(i))))

  expect([one.end().toString('hex'), other.end().toString('hex')]).toEqual([
    asDefined(all((i) => 1_000 + i)),
    asDefined(all((i) => 77 * i)),
  ])
})

test('any change in one word, another length and words that change places are seen', () => {
  const bytes = noise(100_000)
  const right = sumOf(bytes)
  fc.assert(
    fc.property(fc.nat(24_999), fc.integer({ min: 1, max: 2 ** 32 - 1 }), fc.nat(24_999), (word, change, other) => {
      const words = new Uint32Array(bytes.slice().buffer)
      words[word] = (words[word] ?? 0) ^ change
      expect(sumOf(new Uint8Array(words.buffer))).not.toBe(right)
      const [a = 0, b = 0] = [words[word], words[other]]
      if (a === b) return
      words[word] = b
      words[other] = a
      expect(sumOf(new Uint8Array(words.buffer))).not.toBe(right)
    }),
  )
  expect(sumOf(bytes, new Uint8Array(1))).not.toBe(right)
  // The highest bit of two words of one lane: products leave it where it is.
  for (const at of [3, 131]) bytes[at] = (bytes[at] ?? 0) ^ 0x80
  expect(sumOf(bytes)).not.toBe(right)
})

test('without WebAssembly it is the same', () => {
  const blocks = noise(128 * 9)
  const words = new Int32Array(32).map((_, i) => Math.imul(i + 1, 0x9e3779b1))
  const own = new Uint8Array(words.buffer)
  mixOneByOne(own, blocks)
  const length = Buffer.alloc(8)
  length.writeDoubleLE(blocks.length)

  expect(createHash('sha256').update(own).update(length).digest('hex').slice(0, 32)).toBe(sumOf(blocks))
})
