/** State that a class keeps outside of its instances, as compilers write private fields for older engines. */
import { expect, test } from 'vitest'
import { decode, encode } from '../../src/codec/wire.js'
import type { Parcel } from '../../src/function/parcel/parcel.js'
import { createReviver } from '../../src/function/revive/revive.js'
import { describeIt, newDescriber, trip } from './trip.js'

const cents = new WeakMap<object, number>()
const paid = new WeakSet<object>()
class Bill {
  constructor(value: number) {
    cents.set(this, value)
  }
  get value(): number | undefined {
    return cents.get(this)
  }
  pay(): this {
    paid.add(this)
    return this
  }
  get isPaid(): boolean {
    return paid.has(this)
  }
}

const sent = (parcel: Parcel): Parcel => decode(encode(parcel, true)) as Parcel

test('an instance that was made elsewhere has its private state when it comes back', async () => {
  const make = await trip((value: number) => new Bill(value).pay())

  const back = await trip(make(5))

  expect([back instanceof Bill, back.value, back.isPaid]).toEqual([true, 5, true])
})

test('each argument of a run brings its own, although its class is there since the first', async () => {
  const describer = await newDescriber()
  const reviver = createReviver()
  const read = (await reviver.revive(sent(describer.describe((bill: Bill) => [bill instanceof Bill, bill.value], 'a task')))) as (
    bill: unknown,
  ) => unknown

  const values = []
  for (const value of [1, 2]) values.push(read(await reviver.revive(sent(describer.describe(new Bill(value), 'an argument')))))

  expect(values).toEqual([
    [true, 1],
    [true, 2],
  ])
})

test('what a copy remembers of values that are here already stays there', async () => {
  const key = { key: true }
  const seen = new WeakMap<object, string>([
    [Bill, 'here'],
    [key, 'here'],
  ])
  const parcel = sent(await describeIt([(value: object) => seen.get(value), Bill, key]))
  for (const node of parcel.nodes) if (node.t === 'weak-map') for (const entry of node.entries) if (entry[1] === 'here') entry[1] = 'there'

  const [, , newKey] = (await createReviver().revive(parcel)) as [unknown, unknown, object]

  expect([seen.get(Bill), seen.get(key), seen.get(newKey)]).toEqual(['here', 'here', 'there'])
})
