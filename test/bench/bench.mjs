/**
 * Runs the benchmarks: prints a table per case, and writes everything to `results/`.
 *
 *     node test/bench/bench.mjs [--quick] [--rounds 7] [--case tiny,cold] [--only joblet-threads,floor] [--out folder] [--page]
 *
 * `--page` writes what came of all cases to `docs/benchmarks.md`, and their charts beside it.
 */
import './environment.mjs'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cases } from './cases.mjs'
import { bars, lines } from './chart.mjs'
import { countIn, wordsIn } from './flags.mjs'
import { describeMachine } from './machine.mjs'
import { pageOf } from './page.mjs'
import { curveTable, summarize, table } from './summary.mjs'
import { findPython, isPython, sizeFor, takeTurns } from './turns.mjs'

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    case: { type: 'string' },
    only: { type: 'string' },
    out: { type: 'string' },
    page: { type: 'boolean', default: false },
  },
})
const { quick } = flags
/** After so long no further call is begun in a turn. */
const longestMs = quick ? 300 : 1_500
const rounds = countIn('--rounds', flags.rounds ?? (quick ? 2 : 11))
const only = wordsIn('--only', flags.only, [...new Set(cases.flatMap(({ contenders }) => contenders))])
const wanted = wordsIn(
  '--case',
  flags.case,
  cases.map(({ name }) => name),
)
const chosen = cases
  .filter(({ name }) => wanted?.includes(name) !== false)
  .map((benchCase) => (quick ? { ...benchCase, ...benchCase.quick } : benchCase))
const python = findPython()
const machine = describeMachine(python)

console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.os}, Node ${machine.node}`)
console.log(Object.entries(machine.versions).flat().join(' '))
if (python === undefined)
  console.log(
    "Python's contenders are skipped: no Python here can import joblib and numpy (Debian: python3-joblib; or set JOBLET_BENCH_PYTHON)",
  )

const onRound = (round) =>
  process.stderr.isTTY && process.stderr.write(`\rround ${round} of ${rounds}\u001b[K${round === rounds ? '\r\u001b[K' : ''}`)

/** Who takes part in a case, at a point of it. */
const contendersOf = ({ contenders, without = [], most = {} }, { n }) =>
  contenders.filter(
    (name) =>
      (only === undefined || only.includes(name)) &&
      !(isPython(name) && python === undefined) &&
      !without.includes(name) &&
      n <= (most[name] ?? Number.POSITIVE_INFINITY),
  )

const measureAt = async (benchCase, point) => {
  const contenders = contendersOf(benchCase, point)
  return summarize(benchCase, await takeTurns(benchCase, point, { contenders, rounds, longestMs, python, onRound }))
}

/** One table of rows. */
async function measured(benchCase) {
  const rows = await measureAt(benchCase, benchCase)
  const sizeOf = (contender) => sizeFor(contender, benchCase, benchCase)
  return {
    rows: rows.map((row) => ({ ...row, n: sizeOf(row.contender) })),
    table: table(benchCase, rows, sizeOf),
    chart: rows.length > 0 && bars(benchCase, rows),
  }
}

/** A curve over the points of a case. */
async function curve(benchCase) {
  const columns = []
  for (const point of benchCase.points) columns.push(await measureAt(benchCase, point))
  const series = contendersOf(benchCase, { n: 0 }).map((contender) => ({
    contender,
    medians: columns.map((rows) => rows.find((row) => row.contender === contender)?.median),
  }))
  return { rows: series, table: curveTable(benchCase, series), chart: series.length > 0 && lines(benchCase, series) }
}

const results = []
const sections = []
for (const benchCase of chosen) {
  console.log(`\n## ${benchCase.title}\n\nGoal: ${benchCase.goal}. Rounds: ${rounds}, in turns.\n`)
  const { rows, table, chart } = await (benchCase.points === undefined ? measured : curve)(benchCase)
  console.log(table)
  sections.push({ benchCase, table, chart })
  results.push({ name: benchCase.name, unit: benchCase.unit, goal: benchCase.goal, rows })
}

const at = new Date().toISOString()
const folder = flags.out ?? fileURLToPath(new URL('./results', import.meta.url))
mkdirSync(folder, { recursive: true })
const file = join(folder, `${at.replaceAll(':', '-')}${quick ? '-quick' : ''}.json`)
writeFileSync(file, `${JSON.stringify({ at, quick, rounds, machine, cases: results }, null, 2)}\n`)
writeCharts(folder)
if (flags.page) {
  const docs = fileURLToPath(new URL('../../docs', import.meta.url))
  writeFileSync(join(docs, 'benchmarks.md'), pageOf({ machine, rounds, at, sections }))
  writeCharts(join(docs, 'benchmarks'))
}
console.log(`\nwritten to ${relative(process.cwd(), file)}, charts beside it`)
console.log(
  'What shipping, remembering and large data cost beside their limits is measured apart: node test/bench/{shipping,memory,large}.bench.mjs',
)

function writeCharts(into) {
  mkdirSync(into, { recursive: true })
  for (const { benchCase, chart } of sections) if (chart) writeFileSync(join(into, `${benchCase.name}.svg`), chart)
}
