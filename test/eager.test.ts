/** Functions that the engine compiles as it reads them, in a file of the built package. */
import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'acorn'
import { asyncProperty, assert as check, subarray } from 'fast-check'
import { expect, test } from 'vitest'
// @ts-expect-error: a build script has no types
import { inParentheses } from '../.build/eager.mjs'

type Range = readonly [from: number, to: number]
const put = inParentheses as (text: string, called: readonly Range[]) => string

const module = `import { sep } from 'node:path'
export { later, Counter, table, curried, first as default, seen }
const seen = [first(1), typeof later]
function first(n) { return n > 0 ? second(n - 1) : [sep.length, (() => n)()] }
function second(n) { return first(n - 1) }
async function later(n) { return [...steps(n)].map((step) => step * 2) }
function* steps(n) { for (let i = 0; i < n; i++) yield i }
var counts = function () { return arguments.length }
class Counter { static of = (n) => new Counter(n); #n; constructor(n) { this.#n = n } get n() { return this.#n } add = (by) => this.#n += by }
const table = { counts, get size() { return counts.call(this, 1, 2) }, second(n) { return second(n) }, named: function () { return this.size } }
const curried = (a) => async (b) => (c) => a + b + c
first.after = counts.name + curried.name
`

/** All functions of the module, as the engine's coverage names them. */
const functions: Range[] = []
JSON.stringify(parse(module, { ecmaVersion: 'latest', sourceType: 'module' }), (_, node: unknown) => {
  if (isFunction(node)) functions.push([node.start, node.end])
  return node
})

interface Ranged {
  readonly type: string
  readonly start: number
  readonly end: number
}

function isFunction(node: unknown): node is Ranged {
  return typeof node === 'object' && node !== null && 'type' in node && /Function/.test(String(node.type))
}

async function resultsOf(text: string): Promise<unknown> {
  const { later, Counter, table, curried, default: first, seen } = await import(`data:text/javascript,${encodeURIComponent(text)}`)
  const sum = (await curried(1)(2))(3)
  const counter = Counter.of(3)
  counter.add(2)
  return [await later(3), counter.n, table.size, table.second(4), table.named(), sum, first(5), first.name, first.after, seen]
}

test('a module does the same, whichever of its functions are compiled at once', async () => {
  const expected = await resultsOf(module)

  await check(
    asyncProperty(subarray(functions), async (called) => {
      expect(await resultsOf(put(module, called))).toEqual(expected)
    }),
  )
})

test('of functions that end together, those that were called are put in parentheses', () => {
  const text = 'export const add = (a) => (b) => a + b'

  expect(put(text, [[26, 38]])).toBe('export const add = (a) => ((b) => a + b)')
  expect(put(text, [[19, 38]])).toBe('export const add = ((a) => (b) => a + b)')
})

test('methods and accessors stay as they are', () => {
  const text = 'export const all = { one() {}, get two() { return 2 } }'
  const rangeOf = (part: string): Range => [text.indexOf(part), text.indexOf(part) + part.length]

  expect(put(text, [rangeOf('() {}'), rangeOf('() { return 2 }')])).toBe(text)
})

test('the package has what a first description calls compiled at once', () => {
  const files = readdirSync('dist').filter((file) => file.endsWith('.js'))
  const texts = files.map((file) => readFileSync(`dist/${file}`, 'utf8'))

  expect(texts.filter((text) => text.includes('var describeByValue = (function describeByValue('))).toHaveLength(1)
})
