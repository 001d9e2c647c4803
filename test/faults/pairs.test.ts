import fc from 'fast-check'
import { expect, test } from 'vitest'
import { combinations, coverPairs, pairsOf } from './pairs.js'

const factors = fc.dictionary(fc.string({ minLength: 1, maxLength: 2 }), fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 4 }), {
  minKeys: 2,
  maxKeys: 4,
})

test('every pair that goes together is in a chosen cell, whatever cells are void', () => {
  fc.assert(
    fc.property(factors, fc.infiniteStream(fc.boolean()), (given, isVoid) => {
      const cells = combinations(given).filter(() => isVoid.next().value !== true)
      const chosen = coverPairs(cells)
      expect(new Set(chosen.flatMap(pairsOf))).toEqual(new Set(cells.flatMap(pairsOf)))
      for (const cell of chosen) expect(cells).toContain(cell)
      expect(new Set(chosen).size).toBe(chosen.length)
    }),
  )
})

test('far fewer cells are chosen than there are', () => {
  const five = [0, 1, 2, 3, 4]
  const cells = combinations({ a: five, b: five, c: five, d: five })
  expect(cells).toHaveLength(625)
  expect(coverPairs(cells).length).toBeLessThanOrEqual(40)
})

test('two runs choose the same cells', () => {
  const cells = combinations({ a: [1, 2, 3], b: ['x', 'y'], c: [true, false].map(String) })
  expect(coverPairs(cells)).toEqual(coverPairs([...cells]))
})
