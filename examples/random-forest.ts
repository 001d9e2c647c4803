/**
 * A random forest, trained tree by tree: each task grows one tree on its own sample of the rows, and sends the tree back as plain data. The data
 * are shared, so they travel once, not once a tree. (Breiman 2001, "Random Forests"; trees by Gini impurity, as in CART.)
 */
import { cpuCount, delayed, Parallel, shared } from 'joblet'
import { runIfEntry } from './support/entry.js'
import { time, timed } from './support/show.js'
import { type Data, grow, predict, type Tree, twoRings } from './support/trees.js'

/** The task: a tree from a bootstrap sample. */
function growOne(data: Data, seed: number): Tree {
  return grow(data, { seed, depth: 12, least: 2 })
}

/** What most trees say. */
function vote(forest: readonly Tree[], point: readonly number[]): number {
  const votes = forest.reduce<number>((sum, tree) => sum + predict(tree, point), 0)
  return votes * 2 > forest.length ? 1 : 0
}

/** How many questions a tree asks in all. */
function questions(tree: Tree): number {
  return typeof tree === 'number' ? 0 : 1 + questions(tree.yes) + questions(tree.no)
}

function accuracy(forest: readonly Tree[], { features, labels, width }: Data): number {
  let right = 0
  for (let row = 0; row < labels.length; row++) {
    if (vote(forest, [...features.subarray(row * width, (row + 1) * width)]) === labels[row]) right++
  }
  return right / labels.length
}

const defaults = { trees: 40, rows: 4_000, nJobs: cpuCount() }

/** Train with one worker and with `nJobs`; the forests must be equal, tree by tree. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { trees, rows, nJobs } = { ...defaults, ...options }
  const made = twoRings(rows, 1)
  const data = { ...made, features: shared(made.features), labels: shared(made.labels) }
  const tasks = () => Array.from({ length: trees }, (_, seed) => delayed(growOne)(data, seed))

  const [one, oneMs] = await timed(() => Parallel({ nJobs: 1 })(tasks()))
  const [forest, manyMs] = await timed(() => Parallel({ nJobs })(tasks()))

  const unseen = twoRings(1_000, 2)
  console.log(`${trees} trees on ${rows} rows: ${time(oneMs)} here, ${time(manyMs)} on ${nJobs} threads`)
  const same = JSON.stringify(one) === JSON.stringify(forest) ? 'the same' : 'different'
  console.log(`the forests are ${same}; questions of each tree: ${forest.map(questions).join(' ')}`)
  console.log(
    `right about unseen points: one tree ${percent(accuracy(forest.slice(0, 1), unseen))}, all ${percent(accuracy(forest, unseen))}`,
  )
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

await runIfEntry(import.meta.url, main)
