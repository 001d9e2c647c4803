import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Roster } from '../src/roster.js'

test('holds what was added and has not left', () => {
  const steps = fc.array(fc.record({ adds: fc.boolean(), which: fc.nat() }))
  fc.assert(
    fc.property(steps, (steps) => {
      const [roster, expected, removals] = [new Roster<number>(), new Set<number>(), [] as (() => void)[]]
      for (const [i, { adds, which }] of steps.entries()) {
        if (adds) {
          const leave = roster.add(i)
          expected.add(i)
          removals.push(() => {
            leave()
            expected.delete(i)
          })
        } else removals[which % removals.length]?.()
        expect(new Set(roster)).toEqual(expected)
        expect(roster.size).toBe(expected.size)
      }
    }),
  )
})

test('whoever looks through it may have members leave meanwhile', () => {
  const roster = new Roster<number>()
  const leavers = [1, 2, 3].map((member) => roster.add(member))
  const seen: number[] = []
  for (const member of roster) {
    seen.push(member)
    for (const leave of leavers) leave()
  }
  expect(seen).toEqual([1, 2, 3])
  expect(roster.size).toBe(0)
})

test('the same may be there twice, and each leaves for itself', () => {
  const roster = new Roster<string>()
  const leave = roster.add('a')
  roster.add('a')
  leave()
  leave()
  expect([...roster]).toEqual(['a'])
})
