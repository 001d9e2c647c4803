/** Between quick calls the clock is looked at now and then, and the more often the fewer are left. */
import { expect, test } from 'vitest'
import { now } from '../../src/clock.js'
import { Pulse } from '../../src/worker/pulse.js'

/** How many calls were left at each look, from so many on. */
function looksAmong(calls: number): readonly number[] {
  const pulse = new Pulse(now())
  return Array.from({ length: calls }, (_, at) => calls - at).filter((left) => pulse.look(left) !== undefined)
}

test('between two looks lie sixteen calls at most, and no more than a quarter of those that are left', () => {
  for (const calls of [1, 2, 5, 20, 1_000]) {
    const looks = looksAmong(calls)
    expect(looks[0]).toBe(calls)
    for (const [i, left] of looks.entries()) expect(left - (looks[i + 1] ?? 0)).toBeLessThanOrEqual(Math.min(16, Math.ceil(left / 4)))
  }
  expect(looksAmong(1_000).length).toBeLessThan(100)
})

test('of calls that take long, none begins without a look', () => {
  const pulse = new Pulse(now() - 10)
  const looks = Array.from({ length: 4 }, () => {
    const end = now() + 0.5
    while (now() < end);
    return pulse.look(100)
  })
  expect(looks).not.toContain(undefined)
})
