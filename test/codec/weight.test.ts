/** Shared memory that nobody holds goes, as other memory does. */
import { expect, test } from 'vitest'
import { weighted } from '../../src/codec/weight.js'

test('a long row of shared memory, each piece dropped for the next, takes a fraction of what it all comes to', async () => {
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  for (let i = 0; i < 300; i++) {
    weighted(new SharedArrayBuffer(3_000_000))
    // A weak map lets go of nothing within one turn.
    await new Promise((resolve) => setImmediate(resolve))
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
  }
  expect(most).toBeLessThan(300_000_000)
})
