/**
 * Every snippet of the README, the guide and the docstrings is true: it type-checks, it runs, and where a line ends in `console.log(…) // text` it
 * prints that text; links lead somewhere; every public name has its category and its example. In the line that opens a snippet, after `ts` or `js`:
 * `no-run` is only type-checked, `file=name.ts` is a file that the page's other snippets import.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { buildTypes, emptyFolder, link, removeFolder, root } from './support/consumer.js'
import { publicNames } from './support/reference.js'
import {
  type Ended,
  examplesOf,
  problemsIn,
  promisedBy,
  run,
  runTogether,
  type Snippet,
  snippetsOf,
  writeSnippet,
} from './support/snippets.js'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const below = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).flatMap((path) =>
    path.endsWith(ending) ? `${folder}/${path}` : [],
  )

const pages = ['README.md', ...below('docs', '.md').filter((path) => !path.startsWith('docs/site/'))]
const sources = below('src', '.ts')
const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, object>
const { categoryOrder, entryPoints } = JSON.parse(read('typedoc.json')) as Record<'categoryOrder' | 'entryPoints', string[]>

const snippets = pages.flatMap((page) => snippetsOf(page, read(page)))
const examples = sources.flatMap((file) => examplesOf(file, read(file)))
const runs = ({ runs }: Snippet): boolean => runs

const folder = emptyFolder('docs')
for (const name of ['joblet', ...Object.keys({ ...dependencies, ...devDependencies })]) link(folder, name)
for (const snippet of [...snippets, ...examples]) writeSnippet(folder, snippet)

afterAll(() => removeFolder(folder))

test('every TypeScript snippet type-checks', () => {
  buildTypes()
  expect(problemsIn(folder, [...snippets, ...examples])).toEqual([])
}, 60_000)

function expectKept(snippet: Snippet, { lines, problem }: Ended): void {
  expect(problem).toBeUndefined()
  const promised = promisedBy(snippet)
  expect(lines.filter((line) => promised.includes(line))).toEqual(promised)
}

test.concurrent.each(snippets.filter(runs))(
  '$place runs, and prints what it says',
  async (snippet) => expectKept(snippet, await run(folder, snippet)),
  60_000,
)

let ended: Promise<Map<string, Ended>> | undefined

test.concurrent.each(examples.filter(runs))(
  '$place runs, and prints what it says',
  async (example) => {
    ended ??= runTogether(folder, examples.filter(runs))
    expectKept(example, (await ended).get(example.place) ?? { lines: [], problem: 'it did not run' })
  },
  130_000,
)

test('every public name has one category of the reference, and an example', () => {
  const names = publicNames(entryPoints)
  expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(['Parallel', 'Memory', 'parallelTE', 'Pool', 'Future']))
  const isMissing = ({ categories, examples }: (typeof names)[number]): boolean =>
    categories.length !== 1 || !categories.every((category) => categoryOrder.includes(category)) || examples === 0
  expect(names.filter(isMissing)).toEqual([])
})

test('every example in a docstring is a snippet, so that it runs', () => {
  const bare = sources.filter((file) => /@example(?!\n *\* ```ts\b)/.test(read(file)))
  expect(bare).toEqual([])
})

const links = pages.flatMap((page) => [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = '']) => ({ page, target })))

test.each(links)('$page leads to $target', ({ page, target }) => {
  expect(existsSync(resolve(root, dirname(page), target))).toBe(true)
})
