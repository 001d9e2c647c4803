/** What a run gave and nobody keeps goes as other garbage does. */
import { expect, test } from 'vitest'
import { startProgram } from './program.js'

test.each(['sequential', 'async', 'threads'])('results that nobody keeps go with the young garbage, on %s', async (backend) => {
  const program = startProgram(backend, '', ['--expose-gc'], 'garbage.mjs')
  const [left] = await program.said('left')
  await program.ended
  expect(Number(left)).toBeLessThan(6)
})
