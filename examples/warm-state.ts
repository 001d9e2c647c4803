/** What is dear to build is built once per worker: `initializer` makes an index of anagrams, every task finds it in `taskContext().state`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cpuCount, delayed, Parallel, taskContext } from 'joblet'
import { runIfEntry } from './support/entry.js'
import { time, timed } from './support/show.js'

type Index = Map<string, Set<string>>

const lettersOf = (word: string): string => [...word].sort().join('')

/** For the initializer: the words of all Markdown files in `folder`, by their letters. */
function indexOf(folder: string): Index {
  const index: Index = new Map()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.md')) continue
    for (const [word] of readFileSync(join(folder, name), 'utf8')
      .toLowerCase()
      .matchAll(/\b[a-z]{4,}\b/g)) {
      const letters = lettersOf(word)
      index.set(letters, (index.get(letters) ?? new Set()).add(word))
    }
  }
  return index
}

/** The task: words with the letters of `word`, and the worker that looked them up. */
function anagrams(word: string): { found: string[]; workerId: number } {
  const { state, workerId } = taskContext()
  return { found: [...((state as Index).get(lettersOf(word)) ?? [])].filter((other) => other !== word), workerId }
}

const defaults = { folder: fileURLToPath(new URL('../node_modules', import.meta.url)), nJobs: cpuCount() }

/** Look up some words; the first run builds the indexes, the second finds them there. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { folder, nJobs } = { ...defaults, ...options }
  const words = ['stop', 'listen', 'story', 'evil', 'master', 'items', 'traces', 'reduction', 'direct', 'endings']
  const parallel = Parallel({ nJobs, initializer: () => indexOf(folder) })

  const [answers, coldMs] = await timed(() => parallel(words.map((word) => delayed(anagrams)(word))))
  for (const [i, { found, workerId }] of answers.entries())
    console.log(`${words[i]?.padEnd(8)} ${found.join(', ') || '-'}  (worker ${workerId})`)

  const [, warmMs] = await timed(() => parallel(words.map((word) => delayed(anagrams)(word))))
  console.log(`first run, with ${nJobs} indexes to build: ${time(coldMs)}; second run: ${time(warmMs)}`)
  await parallel.close()
}

await runIfEntry(import.meta.url, main)
