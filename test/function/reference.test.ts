import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { decode, encode } from '../../src/codec/wire.js'
import { entryUrls, setEntryUrls } from '../../src/function/found/entry.js'
import type { Parcel } from '../../src/function/parcel/parcel.js'
import { createReviver } from '../../src/function/revive/revive.js'
import arrow from '../fixtures/shipping/default-arrow.mjs'
import named, * as exported from '../fixtures/shipping/exports.mjs'
import { describeIt, kindsIn, newDescriber, trip } from './trip.js'

const common = createRequire(import.meta.url)('../fixtures/shipping/common.cjs') as {
  add: (x: number) => number
  getHidden: () => (name: string) => string
  deep: { er: { sub: (x: number) => number } }
}

test.each([
  ['a named function', exported.triple, 'triple'],
  ['a named arrow', exported.square, 'square'],
  ['a named default', named, 'default'],
  ['an anonymous default', arrow, 'default'],
  ['a class', exported.Vector, 'Vector'],
  ['a static method', exported.Vector.of, 'Vector.of'],
  ['a method', exported.Vector.prototype.norm, 'Vector.prototype.norm'],
  ['a member of an exported object', exported.tools.nested.decrement, 'tools.nested.decrement'],
])('%s that an ES module exports travels by reference', async (_, fn, path) => {
  const parcel = await describeIt(fn)

  expect(parcel.nodes).toEqual([{ t: 'export', url: expect.stringContaining('/fixtures/shipping/') as string, path: path.split('.') }])
  expect(await trip(fn)).toBe(fn)
})

test('functions that a CommonJS module exports travel by reference', async () => {
  expect(kindsIn(await describeIt(common.add))).toEqual(['require'])
  expect(await trip(common.add)).toBe(common.add)
  expect(await trip(common.deep.er.sub)).toBe(common.deep.er.sub)
})

test('a function that its module does not export travels by value', async () => {
  expect((await trip(exported.getHidden()))(1)).toBe(4)
  expect((await trip(common.getHidden()))('b')).toBe('a/b100')
})

test('an export that is assigned again travels by value, since a worker may see another one', async () => {
  expect(kindsIn(await describeIt(exported.changing))).toEqual(['function'])
  expect((await trip(exported.changing))(2)).toBe(-2)
})

test('what the entry script exports travels by value', async () => {
  const before = entryUrls()
  setEntryUrls([new URL('../fixtures/shipping/exports.mjs', import.meta.url).href])
  try {
    expect(kindsIn(await describeIt(exported.getHidden))).toContain('function')
  } finally {
    setEntryUrls(before)
  }
})

test('natives travel by their global path, builtins by their module', async () => {
  expect((await describeIt(Math.sqrt)).nodes).toEqual([{ t: 'global', path: ['Math', 'sqrt'] }])
  expect((await describeIt(join)).nodes).toEqual([{ t: 'builtin', module: 'node:path', path: ['join'] }])
})

test('what came by reference is sent back by reference', async () => {
  const revived = await trip({ vector: exported.Vector, data: () => 1 })

  expect(kindsIn(await describeIt(revived.vector))).toEqual(['export'])
})

test('modules are loaded once, and the reviver tells when', async () => {
  const told: boolean[] = []
  const parcel = decode(encode((await newDescriber()).describe(arrow, 'a value'), true)) as Parcel
  const fresh: Parcel = {
    ...parcel,
    nodes: [{ t: 'export', url: new URL('../fixtures/shipping/loads.mjs', import.meta.url).href, path: ['loaded'] }],
  }
  const reviver = createReviver({ onLoad: (loading) => told.push(loading) })

  expect(await reviver.revive(fresh)).toBe('yes')
  expect(await reviver.revive(fresh)).toBe('yes')
  expect(told).toEqual([true, false])
})

test('an export that is missing over there says so', async () => {
  const url = new URL('../fixtures/shipping/loads.mjs', import.meta.url).href

  await expect(createReviver().revive({ v: 1, root: { $: 0 }, nodes: [{ t: 'export', url, path: ['gone'] }], codes: [] })).rejects.toThrow(
    /cannot find 'gone' in file:.*loads\.mjs/,
  )
})
