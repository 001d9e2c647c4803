import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Parcel } from '../../src/function/parcel/parcel.js'
import { createReviver } from '../../src/function/revive/revive.js'
import { describeIt } from './trip.js'

class Dog {
  readonly name = 'rex'
}
const factor = 2

const numbers = fc.integer({ min: -2, max: 12 })
const junk = fc.oneof(
  numbers,
  fc.constant(null),
  fc.constant(undefined),
  fc.string(),
  fc.record({ $: numbers }),
  fc.constant({ t: 'nothing' }),
  fc.constant([]),
)

/** Replace one part of a parcel, chosen by `steps`. */
function damage(parcel: Parcel, steps: readonly number[], part: unknown): Parcel {
  const copy = structuredClone(parcel)
  let at: Record<string, unknown> = copy as unknown as Record<string, unknown>
  steps.forEach((step, i) => {
    const keys = Object.keys(at)
    const key = keys[step % keys.length]
    if (key === undefined) return
    const next = at[key]
    if (i === steps.length - 1 || typeof next !== 'object' || next === null) at[key] = part
    else at = next as Record<string, unknown>
  })
  return copy
}

test('a damaged parcel gives a value or an error, and leaves the language as it was', async () => {
  const value = {
    dog: new Dog(),
    f: (x: number) => x * factor,
    m: new Map([['k', () => 1]]),
    e: new RangeError('r'),
    s: Symbol('s'),
    list: [1, () => 2],
  }
  const parcel = await describeIt(value)
  const names = Object.getOwnPropertyNames(Object.prototype)

  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20), { minLength: 2, maxLength: 7 }), junk, async (steps, part) => {
      const outcome: unknown = await createReviver()
        .revive(damage(parcel, steps, part))
        .then(
          () => 'a value',
          (error: unknown) => error,
        )

      if (outcome !== 'a value') expect(outcome).toBeInstanceOf(Error)
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(names)
    }),
    { numRuns: 1_000 },
  )
})
