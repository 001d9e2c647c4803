/** From what was measured to the page that tells of it. Pure. */

const about = `# Benchmarks

What follows is written by \`node test/bench/bench.mjs --page\`: every case of the harness, as it came out, those that joblet loses too. Contenders take turns within one run, each in a process of its own and used as its own documentation asks;
a table is sorted by the median. \`floor\` is bare \`worker_threads\` with messages cut by hand, \`loop\` the plain loop, \`bare\` a file by hand. tinypool, piscina, workerpool and poolifier get one call per task, and tinypool once more in chunks cut by hand.
\`joblib\` (processes), \`joblib-threads\`, \`multiprocessing\` (\`Pool.map\`) and \`futures\` (\`ProcessPoolExecutor.map\`) are Python's, with functions written in Python: where a task is work, the language is what is compared; where it is next to nothing, the pools are.
Where a call takes less than a second, a round is 3 to 25 calls in a row, as many as fit into 1.5 s, of which the median counts. Whoever takes more than 4 s for a round has two of them.
[test/bench/README.md](../test/bench/README.md) says how to run it.

Absolute figures are those of one machine, on one day; ratios are worth more.
`

/** The page. */
export function pageOf({ machine, rounds, at, sections }) {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  const head = `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.os}, Node ${machine.node}, ${versions.join(', ')}; ${rounds} rounds, ${at.slice(0, 10)}.`
  const parts = sections.map(({ benchCase: { name, title, goal }, table }) => {
    const picture = `![${title}](benchmarks/${name}.svg)`
    return `## ${title}\n\n${goal === 'none of its own' ? '' : `Goal: ${goal}.\n\n`}${picture}\n\n${table}\n`
  })
  return [about, `${head}\n`, ...parts].join('\n')
}
