/** Which entries go. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAbove, toEvict, totalsOf, withRoom } from '../../src/store/eviction.js'
import type { Key, Listed } from '../../src/store/store.js'

const entries = fc
  .array(fc.record({ bytes: fc.nat(1_000), usedAtMs: fc.nat(1_000) }), { maxLength: 60 })
  .map((list): Listed[] => list.map((entry, i) => ({ ...entry, key: `f/v/${i}` as Key })))
const limits = fc.record({ maxBytes: fc.nat(20_000), maxItems: fc.nat(60), olderThanMs: fc.nat(1_200) }, { requiredKeys: [] })
const nowMs = 1_000

test('what stays keeps every limit', () => {
  fc.assert(
    fc.property(entries, limits, (all, given) => {
      const gone = new Set(toEvict(all, given, nowMs))
      const stays = all.filter((entry) => !gone.has(entry))

      expect(isAbove(totalsOf(stays), given)).toBe(false)
      for (const { usedAtMs } of stays) expect(nowMs - usedAtMs).toBeLessThanOrEqual(given.olderThanMs ?? Number.POSITIVE_INFINITY)
    }),
  )
})

test('nothing goes that was used after something that stays', () => {
  fc.assert(
    fc.property(entries, limits, (all, given) => {
      const gone = new Set(toEvict(all, given, nowMs))
      const newestGone = Math.max(...[...gone].map(({ usedAtMs }) => usedAtMs))

      for (const entry of all) if (!gone.has(entry)) expect(entry.usedAtMs).toBeGreaterThanOrEqual(newestGone)
    }),
  )
})

test('no more goes than has to: with the last one back, a limit is passed', () => {
  fc.assert(
    fc.property(entries, limits, (all, given) => {
      const gone = toEvict(all, given, nowMs)
      const last = gone.at(-1)
      if (last === undefined) return
      const before = all.filter((entry) => !gone.slice(0, -1).includes(entry))
      const isOld = nowMs - last.usedAtMs > (given.olderThanMs ?? Number.POSITIVE_INFINITY)

      expect(isOld || isAbove(totalsOf(before), given)).toBe(true)
    }),
  )
})

test('without limits nothing goes, and the listing is left as it was', () => {
  const all = [3, 1, 2].map((usedAtMs) => ({ key: `f/v/${usedAtMs}` as Key, bytes: 1, usedAtMs }))

  expect(toEvict(all, {}, nowMs)).toEqual([])
  expect(all.map(({ usedAtMs }) => usedAtMs)).toEqual([3, 1, 2])
})

test('in the background a tenth more goes than has to, ages as they are', () => {
  expect(withRoom({ maxBytes: 1_000, maxItems: 15, olderThanMs: 7 })).toEqual({ maxBytes: 900, maxItems: 13, olderThanMs: 7 })
  expect(withRoom({})).toEqual({})
})
