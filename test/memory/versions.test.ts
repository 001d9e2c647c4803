/** What makes a function another version: the table in docs/memory.md, checked by programs that are edited, moved, compiled and run by tsx. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { transformSync } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyFolder, link, removeFolder, root } from '../support/consumer.js'
import { printed } from './folder.js'

const program = {
  'package.json': '{ "name": "shop", "version": "1.0.0", "type": "module" }',
  'src/main.ts': `import { Memory } from 'joblet'
    import { price } from './price.js'
    const story: string[] = []
    const memory = Memory({ location: process.env['SHOP_CACHE'] ?? null, onEvent: ({ type }) => story.push(type) })
    const cached = memory.cache(price)
    const value: number = await cached(2)
    console.log(JSON.stringify({ value, found: story.includes('hit') ? 'hit' : 'miss' }))`,
  'src/price.ts': `import { tax } from './tax.js'
    const factor = 3
    const table = { base: 1 }
    // What it costs.
    export function price(n: number): number {
      return tax(n) * factor + table.base
    }
    export const other = () => 'not reached'`,
  'src/tax.ts': `import { rate } from './rate.js'
    export const tax = (n: number): number => n * rate(n)`,
  'src/rate.ts': `export function rate(n: number): number { return n + 1 }`,
} as const

type Edit = readonly [file: keyof typeof program, from: string | RegExp, to: string]
type Way = 'compiled' | 'tsx'

/** One row of the table. */
interface Case {
  readonly change: string
  readonly found: 'hit' | 'miss'
  readonly edits?: readonly Edit[]
  readonly way?: Way
}

const cases: readonly Case[] = [
  { change: 'nothing; another process', found: 'hit' },
  { change: 'the project folder is moved', found: 'hit' },
  { change: 'run by tsx instead of compiled', found: 'hit', way: 'tsx' },
  {
    change: 'a comment, white space, quotes, a type',
    found: 'hit',
    edits: [['src/price.ts', '// What it costs.', '/* What it cost,\n once. */']],
  },
  { change: 'code that the function does not reach', found: 'hit', edits: [['src/price.ts', 'not reached', 'never reached']] },
  {
    change: 'the name of a helper',
    found: 'hit',
    edits: [
      ['src/price.ts', /\btax\b(?!\.js)/g, 'vat'],
      ['src/tax.ts', 'const tax', 'const vat'],
    ],
  },
  { change: 'the version of the project', found: 'hit', edits: [['package.json', '1.0.0', '2.0.0']] },
  { change: 'the code of the function', found: 'miss', edits: [['src/price.ts', 'table.base', 'table.base * 2']] },
  { change: 'the code of a helper in another file', found: 'miss', edits: [['src/tax.ts', 'n * rate', '2 * n * rate']] },
  { change: "the code of a helper's helper in a third file", found: 'miss', edits: [['src/rate.ts', 'n + 1', 'n + 2']] },
  { change: 'a captured constant', found: 'miss', edits: [['src/price.ts', 'factor = 3', 'factor = 4']] },
  { change: 'a field of a captured object', found: 'miss', edits: [['src/price.ts', 'base: 1', 'base: 5']] },
  { change: 'the name of a parameter or a local variable', found: 'miss', edits: [['src/rate.ts', /\bn\b/g, 'net']] },
  {
    change: 'the name of the function',
    found: 'miss',
    edits: [
      ['src/price.ts', 'function price', 'function cost'],
      ['src/main.ts', /\bprice\b(?!\.js)/g, 'cost'],
    ],
  },
  {
    change: 'the name of the function, cached as `{ name }`',
    found: 'hit',
    edits: [
      ['src/price.ts', 'function price', 'function cost'],
      ['src/main.ts', 'cache(price)', "cache(cost, { name: 'price' })"],
      ['src/main.ts', '{ price }', '{ cost }'],
    ],
  },
  { change: 'the name of the package', found: 'miss', edits: [['package.json', '"shop"', '"store"']] },
  { change: 'changed back', found: 'hit' },
]

const folder = emptyFolder('versions')
const cache = join(folder, 'cache')
beforeAll(async () => {
  process.env['SHOP_CACHE'] = cache
  link(folder, 'joblet')
  expect(await run('first', [], 'compiled')).toEqual({ value: 19, found: 'miss' })
  const named: Edit[] = [['src/main.ts', 'cache(price)', "cache(price, { name: 'price' })"]]
  expect(await run('first-named', named, 'compiled')).toEqual({ value: 19, found: 'miss' })
})
afterAll(() => {
  delete process.env['SHOP_CACHE']
  removeFolder(folder)
})

/** Each program lies in a folder of its own: moving it is part of every case. */
function run(name: string, edits: readonly Edit[], way: Way): Promise<{ value: number; found: 'hit' | 'miss' }> {
  const files: Record<string, string> = { ...program }
  for (const [file, from, to] of edits) {
    const text = (files[file] ?? '').replace(from, to)
    if (text === files[file]) throw new Error(`nothing to edit: ${String(from)}`)
    files[file] = text
  }
  for (const [file, text] of Object.entries(files)) {
    write(join(folder, name, file), text)
    if (file.endsWith('.ts'))
      write(
        join(folder, name, file.replace('src/', 'dist/').replace('.ts', '.js')),
        transformSync(text, { loader: 'ts', target: 'node20' }).code,
      )
  }
  const args = way === 'tsx' ? ['--import', join(root, 'node_modules/tsx/dist/loader.mjs'), 'src/main.ts'] : ['dist/main.js']
  return printed(args, { cwd: join(folder, name) })
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

test.each(cases)('$change: $found', async ({ change, found, edits = [], way = 'compiled' }) => {
  expect(await run(change.replaceAll(/\W+/g, '-'), edits, way)).toMatchObject({ found })
})

test('the table in the guide says the same', () => {
  const guide = readFileSync(join(root, 'docs/memory.md'), 'utf8')
  const rows = [...guide.matchAll(/^\| (.+?) \| (hit|miss) \|$/gm)].map(([, change, found]) => ({ change, found }))
  expect(rows).toEqual(cases.map(({ change, found }) => ({ change, found })))
})
