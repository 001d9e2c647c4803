/** From what was measured to the page that tells of it. Pure. */

const about = `# Benchmarks

What follows is written by \`node test/bench/bench.mjs --page\`: every case of the harness, as it came out, those that joblet loses too. Contenders take turns within one run, each in a process of its own; a table is
sorted by the median. \`floor\` is bare \`worker_threads\` with messages cut by hand, \`loop\` the plain loop, \`joblib\` Python's, with functions written in Python: its own cost is what to compare, not that of the
functions. tinypool, piscina and workerpool get one call per task, and tinypool once more in chunks cut by hand. [test/bench/README.md](../test/bench/README.md) says how to run it.

Absolute figures are those of one machine, on one day; ratios are worth more.
`

/** The page. */
export function pageOf({ machine, rounds, at, sections }) {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  const head = `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.os}, Node ${machine.node}, ${versions.join(', ')}; ${rounds} rounds, ${at.slice(0, 10)}.`
  const tables = sections.map(({ benchCase: { title, goal }, table }) => `## ${title}\n\nGoal: ${goal}.\n\n${table}\n`)
  return [about, `${head}\n`, ...tables].join('\n')
}
