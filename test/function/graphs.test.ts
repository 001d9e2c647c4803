/** Values that hold each other in every way, beside things that are not plain, so that each part is described. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode } from '../../src/codec/wire.js'
import type { Parcel } from '../../src/function/parcel/parcel.js'
import { createReviver } from '../../src/function/revive/revive.js'
import { difference, graphs } from '../codec/graph.js'
import { describeIt, trip } from './trip.js'

class Holder {
  readonly held: unknown
  constructor(held: unknown) {
    this.held = held
  }
}

const languages = (): unknown[] => [Object.prototype, Array.prototype, Function.prototype, Map.prototype].map(Reflect.ownKeys)

test('1,000 random values, nested, cyclic and shared, come out as they went in', async () => {
  const before = languages()
  await fc.assert(
    fc.asyncProperty(graphs, async (value) => {
      const revived = await trip({ value, holder: new Holder(value), call: () => value })

      expect(difference(value, revived.value)).toBeUndefined()
      expect(revived.holder).toBeInstanceOf(Holder)
      expect([revived.holder.held, revived.call()].every((part) => Object.is(part, revived.value))).toBe(true)
    }),
    { numRuns: 1_000 },
  )
  expect(languages()).toEqual(before)
})

test('1,000 random values, damaged on their way, give a value or an error, and leave the language as it was', async () => {
  const before = languages()
  const part = fc.constantFrom(
    undefined,
    null,
    -1,
    3,
    '__proto__',
    'constructor',
    { $: 0 },
    { $: 99 },
    [],
    ['__proto__', 1],
    { t: 'raw' },
    {
      t: 'global',
      path: ['Object', 'prototype'],
    },
  )
  await fc.assert(
    fc.asyncProperty(graphs, fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }), part, async (value, steps, instead) => {
      const parcel = decode(encode(await describeIt({ value, holder: new Holder(value) }), true)) as Parcel
      replaceAt(parcel, ['nodes', ...steps], instead)

      const outcome: unknown = await createReviver()
        .revive(parcel)
        .then(
          () => undefined,
          (error: unknown) => error,
        )

      if (outcome !== undefined) expect(outcome).toBeInstanceOf(Error)
    }),
    { numRuns: 1_000 },
  )
  expect(languages()).toEqual(before)
})

/** Put `part` where `steps` lead, or as far along as they do. */
function replaceAt(data: object, steps: readonly (string | number)[], part: unknown): void {
  let at: object = data
  for (const [i, step] of steps.entries()) {
    const keys = Object.keys(at)
    const key = typeof step === 'string' ? step : keys[step % keys.length]
    if (key === undefined) return
    const next: unknown = Reflect.get(at, key)
    if (i === steps.length - 1 || typeof next !== 'object' || next === null || ArrayBuffer.isView(next)) {
      Reflect.set(at, key, part)
      return
    }
    at = next
  }
}
