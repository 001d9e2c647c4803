/** Who is to blame when a worker ends. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judge } from '../../src/parallel/dispatch/blame.js'

const losses = fc.uniqueArray(fc.nat(100), { minLength: 1, maxLength: 40 }).chain((calls) => {
  const unfinished = calls.toSorted((a, b) => a - b)
  return fc.record({
    unfinished: fc.constant(unfinished),
    at: fc.option(fc.oneof(fc.constantFrom(...unfinished), fc.nat(200)), { nil: undefined }),
    suspects: fc.option(
      fc.tuple(fc.nat(120), fc.integer({ min: 1, max: 50 })).map(([from, calls]) => ({ from, to: from + calls })),
      { nil: undefined },
    ),
  })
})

test('a call that is known to have run is to blame, and the others go on together', () => {
  expect(judge({ unfinished: [3, 4, 5], at: 4 })).toEqual({ blamed: 4, suspected: [], others: [3, 5] })
})

test('where nobody knows who ran, nobody is blamed, and each goes on alone', () => {
  expect(judge({ unfinished: [3, 4, 5], at: undefined })).toEqual({ blamed: undefined, suspected: [3, 4, 5], others: [] })
})

test('of those that a process wrote down, each goes on alone; those before and after go on together', () => {
  const loss = { unfinished: [3, 4, 5, 6, 7], at: undefined, suspects: { from: 4, to: 6 } }
  expect(judge(loss)).toEqual({ blamed: undefined, suspected: [4, 5], others: [3, 6, 7] })
})

test('a single suspect goes on alone too: its worker may have been killed from outside', () => {
  const loss = { unfinished: [3, 4, 5], at: undefined, suspects: { from: 4, to: 5 } }
  expect(judge(loss)).toEqual({ blamed: undefined, suspected: [4], others: [3, 5] })
})

test('where all that a process wrote down have an answer, each that is left goes on alone', () => {
  const loss = { unfinished: [6, 7], at: undefined, suspects: { from: 4, to: 6 } }
  expect(judge(loss)).toEqual({ blamed: undefined, suspected: [6, 7], others: [] })
})

test('a call that was alone on its worker, and had begun, is to blame', () => {
  expect(judge({ unfinished: [3], at: undefined, alone: true })).toEqual({ blamed: 3, suspected: [], others: [] })
})

test.each([undefined, false])('a call that is not known to have begun is not to blame: alone %s', (alone) => {
  const loss = { unfinished: [3], at: undefined, ...(alone === undefined ? {} : { alone }) }
  expect(judge(loss)).toEqual({ blamed: undefined, suspected: [3], others: [] })
})

test('every call is either blamed or goes on, and each round makes progress', () => {
  fc.assert(
    fc.property(losses, (loss) => {
      const { blamed, suspected, others } = judge(loss)
      const all = [...suspected, ...others, ...(blamed === undefined ? [] : [blamed])]
      expect(all.toSorted((a, b) => a - b)).toEqual(loss.unfinished)
      expect(blamed !== undefined || suspected.length > 0).toBe(true)
    }),
  )
})

// What is known of the call that ran: nothing, which it was, or a stretch that begins so many calls before it and ends so many after.
const hints = fc.oneof(
  fc.constant(() => ({ at: undefined })),
  fc.constant((at: number) => ({ at })),
  fc.tuple(fc.nat(10), fc.nat(10)).map(([before, after]) => (at: number) => ({
    at: undefined,
    suspects: { from: Math.max(0, at - before), to: at + 1 + after },
  })),
)

test('whoever is guilty is found in the end, and nobody else', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.uniqueArray(fc.nat(29)), hints, (size, picks, hint) => {
      const guilty = new Set(picks.filter((call) => call < size))
      const blamedCalls: number[] = []
      let batches = [{ calls: Array.from({ length: size }, (_, i) => i), alone: false }]
      for (let round = 0; batches.length > 0; round++) {
        expect(round).toBeLessThanOrEqual(size + 1)
        batches = batches.flatMap(({ calls, alone }) => {
          const place = calls.findIndex((call) => guilty.has(call))
          if (place < 0) return []
          const unfinished = calls.map((_, at) => at).slice(Math.max(0, place - 3))
          const verdict = judge({ unfinished, ...hint(place), alone })
          const callAt = (at: number): number => calls[at] ?? -1
          if (verdict.blamed !== undefined) blamedCalls.push(callAt(verdict.blamed))
          const together = verdict.others.length === 0 ? [] : [{ calls: verdict.others.map(callAt), alone: false }]
          return [...together, ...verdict.suspected.map((at) => ({ calls: [callAt(at)], alone: true }))]
        })
      }
      expect(blamedCalls.toSorted((a, b) => a - b)).toEqual([...guilty].toSorted((a, b) => a - b))
    }),
  )
})
