/** What a run gave and nobody keeps goes as other garbage does. */
import { expect, test } from 'vitest'
import { startProgram } from './program.js'

async function leftBy(fixture: string, backend: string): Promise<number> {
  const program = startProgram(backend, '', ['--expose-gc'], fixture)
  const [left] = await program.said('left')
  await program.ended
  return Number(left)
}

test.each(['sequential', 'async', 'threads'])('results that nobody keeps go with the young garbage, on %s', async (backend) => {
  expect(await leftBy('garbage.mjs', backend)).toBeLessThan(6)
})

test.each(['threads', 'processes'])('those of earlier runs too, where one run begins as another ends, on %s', async (backend) => {
  expect(await leftBy('leftover.mjs', backend)).toBeLessThan(6)
})
