/** The parser as the package holds it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as acorn from 'acorn'
import { afterAll, beforeAll, expect, test } from 'vitest'
// @ts-expect-error: a build script has no types
import { parserText } from '../../.build/parser.mjs'

const folder = mkdtempSync(join(tmpdir(), 'joblet-parser-'))
let parser: typeof acorn

beforeAll(async () => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'parser.js'), await (parserText as () => Promise<string>)())
  parser = (await import(pathToFileURL(join(folder, 'parser.js')).href)) as typeof acorn
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const treeOf = (of: typeof acorn, text: string, sourceType: 'module' | 'script'): string => {
  try {
    return JSON.stringify(of.parse(text, { ecmaVersion: 'latest', sourceType }), (_, value: unknown) =>
      typeof value === 'bigint' || value instanceof RegExp ? String(value) : value,
    )
  } catch (error) {
    return String(error)
  }
}

test.each([
  'node_modules/acorn/dist/acorn.mjs',
  'node_modules/lodash/lodash.js',
  'node_modules/esbuild/lib/main.js',
  'node_modules/zod/v4/core/regexes.js',
  'node_modules/fast-check/lib/fast-check.js',
])('it reads %s as acorn does', (file) => {
  const text = readFileSync(file, 'utf8')

  for (const sourceType of ['module', 'script'] as const) expect(treeOf(parser, text, sourceType)).toBe(treeOf(acorn, text, sourceType))
})

test.each(['() => /\\p{Lu}[\\q{ab}--c]/v', '(a) => a / 2 / [/[/]\\/}/y.source]', 'async () => 1_000n ** (await x?.[/(?<é>.)\\k<é>/u])'])(
  'it reads regular expressions as acorn does: %s',
  (text) => {
    expect(treeOf(parser, text, 'module')).toBe(treeOf(acorn, text, 'module'))
  },
)

test('its licence stands in the package, once', () => {
  const licence = readFileSync('node_modules/acorn/LICENSE', 'utf8').trim()
  const texts = readdirSync('dist').flatMap((file) => (file.endsWith('.js') ? [readFileSync(join('dist', file), 'utf8')] : []))

  expect(texts.filter((text) => text.includes(licence))).toHaveLength(1)
})
