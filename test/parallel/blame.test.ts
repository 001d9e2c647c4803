/** Who is to blame when a worker ends. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judge } from '../../src/parallel/dispatch/blame.js'

const losses = fc.uniqueArray(fc.nat(100), { minLength: 1, maxLength: 40 }).chain((calls) => {
  const unfinished = calls.toSorted((a, b) => a - b)
  return fc.record({
    unfinished: fc.constant(unfinished),
    at: fc.option(fc.oneof(fc.constantFrom(...unfinished), fc.nat(200)), { nil: undefined }),
  })
})

test('a call that is known to have run is to blame, and the others go on together', () => {
  expect(judge({ unfinished: [3, 4, 5], at: 4 })).toEqual({ blamed: 4, again: [3, 5], alone: false })
})

test('where nobody knows who ran, nobody is blamed, and each goes on alone', () => {
  expect(judge({ unfinished: [3, 4, 5], at: undefined })).toEqual({ blamed: undefined, again: [3, 4, 5], alone: true })
})

test('a call that was alone on its worker, and had begun, is to blame', () => {
  expect(judge({ unfinished: [3], at: undefined, alone: true })).toEqual({ blamed: 3, again: [], alone: false })
})

test.each([undefined, false])('a call that is not known to have begun is not to blame: alone %s', (alone) => {
  const loss = { unfinished: [3], at: undefined, ...(alone === undefined ? {} : { alone }) }
  expect(judge(loss)).toEqual({ blamed: undefined, again: [3], alone: true })
})

test('every call is either blamed or goes on, and each round makes progress', () => {
  fc.assert(
    fc.property(losses, (loss) => {
      const { blamed, again, alone } = judge(loss)
      expect([...again, ...(blamed === undefined ? [] : [blamed])].toSorted((a, b) => a - b)).toEqual(loss.unfinished)
      expect(blamed !== undefined || alone).toBe(true)
    }),
  )
})

test('whoever is guilty is found in the end, and nobody else', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.uniqueArray(fc.nat(29)), fc.boolean(), (size, picks, known) => {
      const guilty = new Set(picks.filter((call) => call < size))
      const blamedCalls: number[] = []
      let batches = [{ calls: Array.from({ length: size }, (_, i) => i), alone: false }]
      for (let round = 0; batches.length > 0; round++) {
        expect(round).toBeLessThanOrEqual(size + 1)
        batches = batches.flatMap(({ calls, alone }) => {
          const at = calls.findIndex((call) => guilty.has(call))
          if (at < 0) return []
          const verdict = judge({ unfinished: calls.slice(at), at: known ? calls[at] : undefined, alone })
          if (verdict.blamed !== undefined) blamedCalls.push(verdict.blamed)
          const groups = verdict.alone ? verdict.again.map((call) => [call]) : [[...verdict.again]]
          return groups.map((group) => ({ calls: group, alone: verdict.alone }))
        })
      }
      expect(blamedCalls.toSorted((a, b) => a - b)).toEqual([...guilty].toSorted((a, b) => a - b))
    }),
  )
})
