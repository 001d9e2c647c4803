/**
 * A whole program that calls a remembered function: `node remember.mjs <contender> <n> <folder>`. Prints what a call took, in microseconds, by
 * what it came to: a miss, if nothing was there.
 */
import { describeRow } from './work/functions.mjs'

const [contender, count, folder] = process.argv.slice(2)
const n = Number(count)
const { open } = await import(`./contenders/${contender}.mjs`)
const { remember } = await open()
const call = remember('describeRow', folder)

const took = []
for (let id = 0; id < n; id++) {
  const begun = performance.now()
  const row = await call(id)
  took.push((performance.now() - begun) * 1e3)
  if (row.text !== describeRow(id).text) throw new Error(`${contender} gives wrong results`)
}
// Of the second half: by then the engine has compiled what runs.
const median = took.slice(n / 2).sort((a, b) => a - b)[n >> 2]
console.log(JSON.stringify({ hit: median, miss: median }))
