/**
 * Every snippet of the README and the guide is true: it type-checks, it runs, and where a line ends in `console.log(…) // text` it prints
 * that text; links lead somewhere. In the line that opens a snippet, after `ts` or `js`: `no-run` is only type-checked, `file=name.ts` is a
 * file that the page's other snippets import.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { transformSync } from 'esbuild'
import ts from 'typescript'
import { afterAll, expect, test } from 'vitest'
import { buildTypes, emptyFolder, link, removeFolder, root } from './support/consumer.js'

interface Snippet {
  /** Where it stands, such as `docs/streams.md:12`. */
  readonly place: string
  /** Where it is written to, relative to the folder. */
  readonly path: string
  readonly text: string
  readonly runs: boolean
}

const pages = ['README.md', ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []))]
const snippets = pages.flatMap((page) => snippetsOf(page, readFileSync(join(root, page), 'utf8')))
const folder = emptyFolder('docs')
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, object>

for (const name of ['joblet', ...Object.keys({ ...dependencies, ...devDependencies })]) link(folder, name)
for (const snippet of snippets) writeSnippet(snippet)

function snippetsOf(page: string, markdown: string): Snippet[] {
  return [...markdown.matchAll(/^```(ts|js)\b(.*)\n([\s\S]*?)^```$/gm)].map(({ index, 1: language, 2: words = '', 3: text = '' }) => {
    const line = markdown.slice(0, index).split('\n').length
    const file = /file=(\S+)/.exec(words)?.[1]
    const path = join(basename(page, '.md'), file ?? `line-${line}.${language}`)
    return { place: `${page}:${line}`, path, text, runs: file === undefined && !words.includes('no-run') }
  })
}

function writeSnippet({ path, text }: Snippet): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), `${text}\nexport {}\n`)
  if (path.endsWith('.ts'))
    writeFileSync(join(folder, path.replace(/ts$/, 'js')), transformSync(text, { loader: 'ts', target: 'node20' }).code)
}

afterAll(() => removeFolder(folder))

test('every TypeScript snippet type-checks', () => {
  buildTypes()
  const { compilerOptions } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...compilerOptions, noUnusedLocals: false, noUnusedParameters: false, erasableSyntaxOnly: false },
    folder,
  )
  const files = snippets.filter(({ path }) => path.endsWith('.ts')).map(({ path }) => join(folder, path))
  const problems = ts.getPreEmitDiagnostics(ts.createProgram(files, { ...options, types: ['node'] })).map(described)
  expect(problems).toEqual([])
}, 60_000)

function described({ file, start = 0, messageText }: ts.Diagnostic): string {
  const place = snippets.find(({ path }) => file?.fileName.endsWith(path))?.place ?? file?.fileName
  const line = file?.getLineAndCharacterOfPosition(start).line ?? 0
  return `${place}, line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
}

test.concurrent.each(snippets.filter(({ runs }) => runs))(
  '$place runs, and prints what it says',
  async ({ path, text }) => {
    const file = path.replace(/ts$/, 'js')
    const promised = [...text.matchAll(/^\s*console\.log\(.*\) \/\/ (.*)$/gm)].map(([, words = '']) => words)
    const { stdout } = await promisify(execFile)(process.execPath, [basename(file)], { cwd: join(folder, file, '..'), timeout: 30_000 })
    expect(stdout.split('\n').filter((line) => promised.includes(line))).toEqual(promised)
  },
  60_000,
)

const links = pages.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = '']) => ({ page, target })),
)

test.each(links)('$page leads to $target', ({ page, target }) => {
  expect(existsSync(resolve(root, dirname(page), target))).toBe(true)
})
