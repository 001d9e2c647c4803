/**
 * The pages keep their word: where a line of a snippet ends in `console.log(…) // text`, the snippet prints that text, and links lead somewhere.
 * (That snippets type-check and run at all is tried in `test/docs.test.ts`.)
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { transform } from 'esbuild'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
// Inside the package, so that `import 'joblet'` finds it.
const folder = join(root, '.cache', 'snippets')
const pages = ['README.md', ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []))]

interface Snippet {
  readonly place: string
  readonly code: string
  readonly promised: readonly string[]
}

function snippetsOf(page: string): Snippet[] {
  const markdown = readFileSync(join(root, page), 'utf8')
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ index, 1: code = '' }) => ({
    place: `${page}:${markdown.slice(0, index).split('\n').length}`,
    code,
    promised: [...code.matchAll(/^\s*console\.log\(.*\) \/\/ (.*)$/gm)].map(([, text = '']) => text),
  }))
}

test.concurrent.each(pages.flatMap(snippetsOf).filter(({ promised }) => promised.length > 0))(
  '$place prints what it says',
  async ({ place, code, promised }) => {
    mkdirSync(folder, { recursive: true })
    const file = join(folder, `${place.replaceAll(/\W/g, '-')}.mjs`)
    writeFileSync(file, (await transform(code, { loader: 'ts', format: 'esm', target: 'node20.19' })).code)
    const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 20_000, cwd: root })
    expect(stdout.split('\n').filter((line) => promised.includes(line))).toEqual(promised)
  },
)

const links = pages.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = '']) => ({ page, target })),
)

test.each(links)('$page leads to $target', ({ page, target }) => {
  expect(existsSync(resolve(root, dirname(page), target))).toBe(true)
})
