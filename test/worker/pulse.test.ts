/** Between quick calls the clock is looked at now and then. */
import { expect, test } from 'vitest'
import { now } from '../../src/clock.js'
import { Pulse } from '../../src/worker/pulse.js'

test('between two looks lie sixteen calls at most', () => {
  const pulse = new Pulse(now())
  const looks = Array.from({ length: 1_000 }, (_, at) => at).filter(() => pulse.look() !== undefined)
  expect(looks[0]).toBe(0)
  for (const [i, at] of looks.entries()) expect((looks[i + 1] ?? 1_000) - at).toBeLessThanOrEqual(16)
  expect(looks.length).toBeLessThan(100)
})

test('of calls that take long, none begins without a look', () => {
  const pulse = new Pulse(now() - 10)
  const looks = Array.from({ length: 4 }, () => {
    const end = now() + 0.5
    while (now() < end);
    return pulse.look()
  })
  expect(looks).not.toContain(undefined)
})
