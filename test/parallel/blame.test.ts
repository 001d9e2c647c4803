/** Who is to blame when a worker ends. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judge } from '../../src/parallel/blame.js'

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

test('a call that is not known to have begun is not to blame, even alone', () => {
  expect(judge({ unfinished: [3], at: undefined })).toEqual({ blamed: undefined, again: [3], alone: true })
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
      let batches = [Array.from({ length: size }, (_, i) => i)]
      for (let round = 0; batches.length > 0; round++) {
        expect(round).toBeLessThanOrEqual(size + 1)
        batches = batches.flatMap((batch) => {
          const at = batch.findIndex((call) => guilty.has(call))
          if (at < 0) return []
          const { blamed, again, alone } = judge({ unfinished: batch.slice(at), at: known || batch.length === 1 ? batch[at] : undefined })
          if (blamed !== undefined) blamedCalls.push(blamed)
          return alone ? again.map((call) => [call]) : again.length > 0 ? [[...again]] : []
        })
      }
      expect(blamedCalls.toSorted((a, b) => a - b)).toEqual([...guilty].toSorted((a, b) => a - b))
    }),
  )
})
