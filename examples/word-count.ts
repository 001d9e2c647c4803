/** Word count as map and reduce: each task counts the words of one text file, the program adds the counts as they arrive. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cpuCount, delayed, Parallel } from 'joblet'
import { runIfEntry } from './support/entry.js'
import { count, table, time, timed } from './support/show.js'

/** Map: the words of a file and how often each occurs. */
function wordsOf(path: string): Map<string, number> {
  const counts = new Map<string, number>()
  const text = readFileSync(path, 'utf8')
    .toLowerCase()
    .replaceAll(/https?:\S+/g, '')
  for (const [word] of text.matchAll(/[a-z]{4,}/g)) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

/** Reduce: add the counts of a file to those of all. */
function add(all: Map<string, number>, counts: Map<string, number>): Map<string, number> {
  for (const [word, n] of counts) all.set(word, (all.get(word) ?? 0) + n)
  return all
}

const defaults = { folder: fileURLToPath(new URL('../node_modules', import.meta.url)), top: 10, nJobs: cpuCount() }

/** Count the words of all Markdown files in `folder`. The order of adding does not matter, so results may come as they finish. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { folder, top, nJobs } = { ...defaults, ...options }
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))

  const [all, ms] = await timed(async () => {
    const sum = new Map<string, number>()
    const counted = Parallel({ nJobs, returnAs: 'generator_unordered' })(names.map((name) => delayed(wordsOf)(join(folder, name))))
    for await (const counts of counted) add(sum, counts)
    return sum
  })

  const ranked = [...all].sort(([a, n], [b, m]) => m - n || a.localeCompare(b)).slice(0, top)
  const most = ranked[0]?.[1] ?? 1
  const words = [...all.values()].reduce((sum, n) => sum + n, 0)
  console.log(
    table(
      ['word', 'times', ''],
      ranked.map(([word, n]) => [word, n, '█'.repeat((n / most) * 30)]),
    ),
  )
  console.log(`\n${count(words)} words, ${count(all.size)} different ones, in ${names.length} files: ${time(ms)} on ${nJobs} threads`)
}

await runIfEntry(import.meta.url, main)
