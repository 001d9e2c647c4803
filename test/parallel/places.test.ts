/** How many batches count as open while some of their tasks wait for their next attempt. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Places } from '../../src/parallel/run/places.js'

interface Model {
  running: number
  waiting: number
}

test('a batch counts until all of it is handed out, but not while all that is left of it waits', () => {
  const step = fc.record({ what: fc.constantFrom('open', 'settle', 'wait', 'wake'), of: fc.nat(4), size: fc.integer({ min: 1, max: 5 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const places = new Places(() => undefined)
      const batches: (Model & { open: ReturnType<Places['open']> })[] = []
      for (const { what, of, size } of steps) {
        const batch = batches[of % Math.max(1, batches.length)]
        if (what === 'open') batches.push({ running: size, waiting: 0, open: places.open(size) })
        else if (batch === undefined) continue
        else if (what === 'settle' && batch.running > 0) {
          batch.running -= 1
          places.consumed(batch.open, 1)
        } else if (what === 'wait' && batch.running > 0) {
          batch.running -= 1
          batch.waiting += 1
          places.wait(batch.open)
        } else if (what === 'wake' && batch.waiting > 0) {
          batch.waiting -= 1
          batch.running += 1
          places.waited(batch.open)
        }
        expect(places.taken).toBe(batches.filter(({ running }) => running > 0).length)
      }
    }),
  )
})

test('no more than a thousand batches are pulled in the place of those that wait', () => {
  const places = new Places(() => undefined)
  for (let i = 0; i < 1_500; i++) places.wait(places.open(1))
  expect(places.taken).toBe(500)
})
