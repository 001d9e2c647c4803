/** Plain data that is nested more deeply than the engine's stack: it travels as columns. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unflatten } from '../../src/function/parcel/flat.js'
import { Flattener } from '../../src/function/parcel/flatten.js'
import { difference, graphs } from '../codec/graph.js'
import { describeIt, kindsIn, trip } from './trip.js'

interface Link {
  next: Link | undefined
  readonly i: number
}

function listOf(length: number, end?: object): Link {
  let list: Link | undefined = end as Link | undefined
  for (let i = 0; i < length; i++) list = { next: list, i }
  return list as Link
}

function lengthOf(list: Link | undefined): number {
  let count = 0
  for (let at = list; at?.i !== undefined; at = at.next) count++
  return count
}

test('1,000 random values come out of the columns as they went in, or are found not to be plain', () => {
  let plain = 0
  fc.assert(
    fc.property(graphs, (value) => {
      const flattener = new Flattener()
      const box = [value]
      if (!flattener.add(box, new Set())) return
      plain++
      const [back] = unflatten(flattener.flat([box]), flattener.leaves)

      expect(difference(box, back)).toBeUndefined()
    }),
    { numRuns: 1_000 },
  )
  expect(plain).toBeGreaterThan(100)
})

test('a list of 300,000 links travels', async () => {
  const list = await trip(listOf(300_000))

  expect(lengthOf(list)).toBe(300_000)
  expect(list.i).toBe(299_999)
})

test('arrays, maps and sets in one another, 5,000 deep, travel', async () => {
  let nested: unknown = new Date(5)
  for (let i = 0; i < 5_000; i++)
    nested = [Object.assign([], { 1: nested }), new Map([['next', nested]]), new Set([nested]), { nested, ['__proto__']: 1 }][i % 4]

  let at = await trip(nested)
  let depth = 0
  for (; !(at instanceof Date); depth++) {
    if (at instanceof Map) at = at.get('next')
    else if (at instanceof Set) at = [...at][0]
    else if (Array.isArray(at)) {
      expect(0 in at).toBe(false)
      at = at[1]
    } else at = (at as { nested: unknown }).nested
  }

  expect([depth, at.getTime()]).toEqual([5_000, 5])
})

test('what deep data shares with the rest of a parcel is still one thing', async () => {
  const shared = { n: 1 }
  const list = listOf(5_000, { shared })
  const middle = list.next?.next
  const revived = await trip({ list, shared, middle, read: () => [list, shared] as const })

  let end = revived.list as Link | undefined
  while (end?.i !== undefined) end = end.next
  const [seen, one] = revived.read()
  expect((end as unknown as { shared: object }).shared).toBe(revived.shared)
  expect(revived.list.next?.next).toBe(revived.middle)
  expect([seen === revived.list, one === revived.shared]).toEqual([true, true])
})

test('deep data with something in it that is not plain travels part by part', async () => {
  const symbol = Symbol('end')
  const list = listOf(5_000, { symbol })

  expect(kindsIn(await describeIt(list))).not.toContain('flat')
  expect(lengthOf(await trip(list))).toBe(5_000)
})

test('columns that do not fit together are said to be damaged', () => {
  const flat = { shapes: [['a']], layout: Int32Array.of(0, 2), values: [1], links: new Int32Array(), roots: [0] }

  expect(() => unflatten(flat, [])).toThrow('it is damaged')
})
