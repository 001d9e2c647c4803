import { expect, test } from 'vitest'
import { listCases } from '../fixtures/shipping/cases.js'
import { trip } from './trip.js'

test.each(listCases())('$name travels', async ({ fn, expected }) => {
  const revived = await trip(fn)

  expect(revived).not.toBe(fn)
  expect(await revived()).toEqual(expected)
})
