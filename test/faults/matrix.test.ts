/** The fault matrix: every cell comes to what its table says. Pairwise, or in full where time is given. */
import { writeFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { type Cell, cells, nameOf } from './cells.js'
import { countedMs, judge, type Seen } from './judge.js'
import { Lanes } from './lane.js'
import { pageFile, pageWith, type Tried } from './page.js'
import { coverPairs } from './pairs.js'
import { isFull, writesPage } from './scale.js'

const chosen = isFull ? cells : coverPairs(cells)
const lanes = new Lanes()
const tried: Tried[] = []

afterAll(async () => {
  await lanes.close()
  if (writesPage && tried.length === chosen.length) writeFileSync(pageFile, pageWith(tried))
})

/** A cell that took long on a machine that others use gets another try. */
async function problemsOf(cell: Cell): Promise<string[]> {
  let problems: string[] = []
  for (let attempt = 1; attempt <= 3; attempt++) {
    const seen: Seen = await lanes.run(cell)
    problems = judge(cell, seen)
    if (problems.length === 0) tried.push({ cell, ms: countedMs(cell, seen) })
    if (problems.length !== 1 || problems[0]?.startsWith('it took') !== true) break
  }
  return problems
}

describe(`${chosen.length} of ${cells.length} cells come to what the table says`, () => {
  test.concurrent.each(chosen.map((cell) => ({ name: nameOf(cell), cell })))('$name', { timeout: 90_000 }, async ({ cell }) => {
    expect(await problemsOf(cell)).toEqual([])
  })
})
