/** Nothing is lost when some tasks fail: `onError: 'collect'` gives an outcome for each, here with every way there is to fail. */
import { delayed, Parallel, unwrap } from 'joblet'
import { runIfEntry } from './support/entry.js'
import { table } from './support/show.js'

class RecipeError extends Error {
  override readonly name = 'RecipeError'
}

/** The task: how long a dish takes. Some cooks are careless. */
function cook(recipe: string): number {
  const { dish, minutes } = JSON.parse(recipe)
  if (dish === 'stone soup') throw new RecipeError('cannot cook stone soup: no stone')
  if (dish === 'flambé') process.exit(3)
  while (dish === 'stock') {
    // never done
  }
  return minutes
}

const recipes = {
  pancakes: '{ "dish": "pancakes", "minutes": 20 }',
  'torn page': '{ "dish": "ragout", "minu',
  'stone soup': '{ "dish": "stone soup", "minutes": 60 }',
  flambé: '{ "dish": "flambé", "minutes": 5 }',
  risotto: '{ "dish": "risotto", "minutes": 35 }',
  stock: '{ "dish": "stock", "minutes": 600 }',
  omelette: '{ "dish": "omelette", "minutes": 8 }',
}

const defaults = { timeout: 500 }

/** Cook everything, on processes; list what came of it. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { timeout } = { ...defaults, ...options }
  const tasks = Object.entries(recipes).map(([label, recipe]) => delayed(cook, { label })(recipe))
  const unsendable = delayed(cook, { label: 'secret' })(Promise.resolve('a recipe') as never)

  const outcomes = await Parallel({ nJobs: 2, backend: 'processes', onError: 'collect', timeout })([...tasks, unsendable])

  const failures = outcomes.flatMap((outcome) => (outcome._tag === 'Left' ? [outcome.left] : []))
  console.log(
    table(
      ['task', 'label', 'how', 'tries', 'why'],
      failures.map(({ index, label = '', kind, attempts, error }) => [index, label, kind, attempts, firstLine(error)]),
    ),
  )

  const served = outcomes.filter((outcome) => outcome._tag === 'Right')
  const minutes = served.map(unwrap).reduce((sum, each) => sum + each, 0)
  console.log(`\n${served.length} of ${outcomes.length} dishes were served, after ${minutes} minutes in all`)
}

const width = 90

function firstLine(error: unknown): string {
  const [line = ''] = String(error).split('\n')
  return line.length > width ? `${line.slice(0, width - 3)}...` : line
}

await runIfEntry(import.meta.url, main)
