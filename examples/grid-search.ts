/**
 * A grid search that may be interrupted: every point of the grid is a cached call, so a second run computes what is missing and no more, and a
 * wider grid costs only its new points. The task scores one setting by cross-validation.
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuCount, delayed, Memory, Parallel } from 'joblet'
import { runIfEntry } from './support/entry.js'
import { table, time, timed } from './support/show.js'
import { grow, predict, twoRings } from './support/trees.js'

interface Setting {
  readonly depth: number
  readonly least: number
}

const folds = 4

/** The task: how often trees of this setting are right about rows that they have not seen. */
function score({ depth, least }: Setting, rows: number): number {
  let right = 0
  for (let fold = 0; fold < folds; fold++) {
    const tree = grow(twoRings(rows, fold), { seed: fold, depth, least })
    const { features, labels, width } = twoRings(500, fold + folds)
    for (const [row, label] of labels.entries()) {
      if (predict(tree, [...features.subarray(row * width, (row + 1) * width)]) === label) right++
    }
  }
  return right / (folds * 500)
}

const defaults = { rows: 2_000, cache: join(tmpdir(), 'joblet-grid'), nJobs: cpuCount() }

/** Search a grid, then a wider one: list the best settings, and say what came from the cache. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const settings = { ...defaults, ...options }
  await search([2, 6, 12], settings)
  console.log('\nthe same and more depths between:')
  await search([2, 4, 6, 8, 12], settings)
}

async function search(depths: readonly number[], { rows, cache, nJobs }: typeof defaults): Promise<void> {
  const remembered = Memory({ location: cache }).cache(score)
  const grid = depths.flatMap((depth) => [1, 5, 20, 80].map((least) => ({ depth, least })))

  const [scores, ms] = await timed(() => Parallel({ nJobs })(grid.map((setting) => delayed(remembered)(setting, rows))))

  const ranked = grid.map((setting, i) => ({ ...setting, score: scores[i] ?? 0 })).sort((a, b) => b.score - a.score)
  const lines = ranked.slice(0, 5).map(({ depth, least, score }) => [depth, least, `${(100 * score).toFixed(2)} %`])
  console.log(table(['depth', 'rows of a leaf, at least', 'right'], lines))
  const { hits } = await remembered.stats()
  console.log(`${grid.length} settings, ${hits} of them from the cache: ${time(ms)} on ${nJobs} threads`)
}

await runIfEntry(import.meta.url, main)
