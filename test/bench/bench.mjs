/**
 * Runs the benchmarks: prints a table per case, and writes everything to `results/`.
 *
 *     node test/bench/bench.mjs [--quick] [--rounds 7] [--case tiny,cold] [--only joblet-threads,floor] [--out folder] [--page]
 *
 * `--page` writes what came of all cases to `docs/benchmarks.md`.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cases, contenders as known } from './cases.mjs'
import { pageOf } from './page.mjs'
import { summarize, table } from './summary.mjs'
import { findPython, sizeFor, takeTurns } from './turns.mjs'

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
const rounds = Number(flags.rounds ?? (quick ? 3 : 11))
const chosen = cases.filter(({ name }) => flags.case === undefined || flags.case.split(',').includes(name))
const python = findPython()
const contenders = known.filter(
  (name) => (name !== 'joblib' || python !== undefined) && (flags.only === undefined || flags.only.split(',').includes(name)),
)

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 1e9),
  os: `${process.platform} ${process.arch}`,
  node: process.version,
  versions: {
    ...Object.fromEntries(['tinypool', 'piscina', 'workerpool'].map((name) => [name, versionOf(name)])),
    ...(python === undefined ? {} : { joblib: pythonVersion(python) }),
  },
}

console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.os}, Node ${machine.node}`)
console.log(
  Object.entries(machine.versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', '),
)
if (python === undefined)
  console.log('joblib is skipped: no Python here can import it (Debian: python3-joblib; or set JOBLET_BENCH_PYTHON)')

const results = []
const sections = []
for (const benchCase of chosen) {
  console.log(`\n## ${benchCase.title}\n\nGoal: ${benchCase.goal}. Rounds: ${rounds}, in turns.\n`)
  const onRound = (round) =>
    process.stderr.isTTY && process.stderr.write(`\rround ${round} of ${rounds}\u001b[K${round === rounds ? '\r\u001b[K' : ''}`)
  const rows = summarize(benchCase, await takeTurns(benchCase, { contenders, rounds, python, onRound }))
  const sizeOf = (contender) => sizeFor(contender, benchCase)
  console.log(table(benchCase, rows, sizeOf))
  sections.push({ benchCase, table: table(benchCase, rows, sizeOf) })
  results.push({
    name: benchCase.name,
    unit: benchCase.unit,
    goal: benchCase.goal,
    rows: rows.map((row) => ({ ...row, n: sizeOf(row.contender) })),
  })
}

const at = new Date().toISOString()
const folder = flags.out ?? fileURLToPath(new URL('./results', import.meta.url))
mkdirSync(folder, { recursive: true })
const file = join(folder, `${at.replaceAll(':', '-')}${quick ? '-quick' : ''}.json`)
writeFileSync(file, `${JSON.stringify({ at, quick, rounds, machine, cases: results }, null, 2)}\n`)
if (flags.page)
  writeFileSync(fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url)), pageOf({ machine, rounds, at, sections }))
console.log(`\nwritten to ${relative(process.cwd(), file)}`)
console.log('What shipping and remembering cost is measured apart: node test/bench/shipping.bench.mjs, node test/bench/memory.bench.mjs')

function pythonVersion(interpreter) {
  const script = 'import joblib, platform; print(joblib.__version__, "on Python", platform.python_version())'
  return execFileSync(interpreter, ['-c', script], { encoding: 'utf8' }).trim()
}

function versionOf(name) {
  const require = createRequire(import.meta.url)
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version
    } catch {
      // not in this folder
    }
  }
  return 'unknown'
}
