import { expect, test } from 'vitest'
import { listCases } from '../fixtures/shipping/cases.js'
import { trip } from './trip.js'

test.each(listCases())('$name travels', async ({ fn, args = [], read = (result) => result, expected }) => {
  const there = await trip({ fn, args })
  const result = await trip(await there.fn(...(there.args as never[])))

  expect(read(result)).toEqual(expected)
})
