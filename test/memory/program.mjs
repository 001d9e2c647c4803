/**
 * A program that computes with a cache: `node program.mjs <what> <folder> ...`. Each computation adds a line to a file of its key, so that
 * a test can count them.
 */
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { delayed, Memory, Parallel } from 'joblet'

const [what, folder, ...rest] = process.argv.slice(2)
const memory = Memory({ location: join(folder, 'cache') })
const runs = join(folder, 'runs')
mkdirSync(runs, { recursive: true })

const compute = memory.cache(async function compute(runs, n) {
  appendFileSync(join(runs, `${n}`), `${process.pid}\n`)
  await sleep(2)
  return { n, text: `result ${n}`, squares: Float64Array.from({ length: n % 7 }, (_, i) => (i + n) ** 2) }
})

const isRight = (found, n) =>
  found.n === n &&
  found.text === `result ${n}` &&
  found.squares.length === n % 7 &&
  found.squares.every((square, i) => square === (i + n) ** 2)

/** Random calls, one after the other; says how many were wrong. */
async function calls(count, keys) {
  let wrong = 0
  for (let i = 0; i < count; i++) {
    const n = Math.floor(Math.random() * keys)
    if (!isRight(await compute(runs, n), n)) wrong++
  }
  console.log(JSON.stringify({ wrong }))
}

/** A run of many tasks, as anybody would write it. */
async function run(tasks) {
  const found = await Parallel({ nJobs: 2 })(Array.from({ length: tasks }, (_, n) => delayed(compute)(runs, n)))
  console.log(JSON.stringify({ right: found.every((each, n) => isRight(each, n)), ...(await memory.stats()) }))
}

await (what === 'calls' ? calls(...rest.map(Number)) : run(...rest.map(Number)))
