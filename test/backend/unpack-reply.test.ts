/** Typed arrays that came from a thread end to end. */
import { expect, test } from 'vitest'
import { unpackReply } from '../../src/backend/life/unpack-reply.js'
import type { Reply } from '../../src/worker/batch.js'

const replyOf = (values: Reply['values']): Reply => ({
  type: 'reply',
  batch: 1,
  from: 0,
  count: 3,
  values,
  failures: [],
  busyMs: 1,
  loadMs: 0,
  done: true,
})

test('each gets memory of its own, and what brought them takes none any more', () => {
  const packed = Float32Array.of(1, 2, 3, 4, 5, 6)
  const { values, views } = unpackReply(replyOf({ views: { packed, length: 2 }, parcels: [] })).values
  expect(views).toBeUndefined()
  expect(values).toEqual([Float32Array.of(1, 2), Float32Array.of(3, 4), Float32Array.of(5, 6)])
  expect((values as Float32Array[]).map(({ buffer }) => buffer.byteLength)).toEqual([8, 8, 8])
  expect(packed.buffer.byteLength).toBe(0)
})

test.each([
  ['a part of a larger buffer', new Uint8Array(new ArrayBuffer(9), 3).fill(7)],
  ['shared memory', new Uint8Array(new SharedArrayBuffer(6)).fill(7)],
])('what came in %s stays there', (_, packed) => {
  const { values } = unpackReply(replyOf({ views: { packed, length: 2 }, parcels: [] })).values
  expect(values).toEqual([1, 2, 3].map(() => Uint8Array.of(7, 7)))
  expect([...packed]).toEqual([7, 7, 7, 7, 7, 7])
})

test('a reply without any is what it was', () => {
  const reply = replyOf({ values: [1, 2, 3], parcels: [] })
  expect(unpackReply(reply)).toBe(reply)
})
