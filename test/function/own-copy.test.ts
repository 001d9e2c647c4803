import { expect, test } from 'vitest'
import { decode, encode } from '../../src/codec/wire.js'
import { ownCopy } from '../../src/function/parcel/own-copy.js'
import type { Parcel, ParcelNode } from '../../src/function/parcel/parcel.js'
import { createReviver } from '../../src/function/revive/revive.js'

const parcelOf = (...values: unknown[]): Parcel => ({
  v: 1,
  root: { $: 0 },
  nodes: [
    { t: 'array', length: values.length, items: values.map((_, i) => ({ $: i + 1 })) },
    ...values.map((value): ParcelNode => ({ t: 'raw', value })),
  ],
  codes: [],
})

/** As a worker gets it. */
const arrive = (parcel: Parcel): Promise<unknown> => createReviver().revive(decode(encode(parcel, true)) as Parcel)

test.each([
  ['a small value', () => [{ a: [1] }]],
  ['a large value', () => [Array.from({ length: 500 }, (_, i) => ({ i }))]],
  ['several values', () => [{ a: 1 }, new Map([['k', { b: 2 }]]), new Uint8Array([1, 2])]],
])('%s arrives as it was when it was copied', async (_, make) => {
  const values = make()
  const copy = ownCopy(parcelOf(...values), true)
  for (const value of values) Object.assign(Array.isArray(value) ? (value[0] as object) : value, { late: true })

  expect(await arrive(copy)).toEqual(make())
})

test('values that share a part still share it', async () => {
  const part = { n: 1 }

  const [a, b] = (await arrive(ownCopy(parcelOf({ part }, { part }), true))) as { part: object }[]

  expect(a?.part).toEqual(part)
  expect(a?.part).toBe(b?.part)
})

test('shared memory stays shared, on threads', async () => {
  const view = new Int32Array(new SharedArrayBuffer(8))
  const copy = ownCopy(parcelOf({ view }, { big: 'x'.repeat(2_000) }), true)
  const envelope = encode(copy, true)

  const [{ view: there }] = (await createReviver().revive(decode(envelope) as Parcel)) as [{ view: Int32Array }]
  view[0] = 7

  expect(there[0]).toBe(7)
})

test('each worker, and each revival, gets a copy of its own', async () => {
  const copy = ownCopy(parcelOf({ list: [1] }, { other: 2 }), true)

  const [first, second] = (await Promise.all([arrive(copy), arrive(copy)])) as { list: number[] }[][]
  first?.[0]?.list.push(2)

  expect(second?.[0]?.list).toEqual([1])
})
