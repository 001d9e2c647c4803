/**
 * What Python's calls cost beside ours: `node test/bench/python.bench.mjs [--rounds 41] [--dist folder]`. Exits with 1 if a limit is missed.
 *
 * Contenders take turns in one process; limits are ratios of lower quartiles, since other work on the machine only ever adds. Of 15 rounds on a
 * busy one, two calls of the same once came out 1.8 apart; of 40, 1.1 at most.
 */
import './environment.mjs'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { countIn } from './flags.mjs'

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '41' }, dist: { type: 'string', default: 'dist' } } })
const rounds = countIn('--rounds', options.rounds)
const load = (name) => import(pathToFileURL(resolve(options.dist, `${name}.js`)).href)
const { delayed, Parallel } = await load('index')
const { Pool, Process } = await load('multiprocessing')
const { ProcessPoolExecutor } = await load('futures')

const greet = fileURLToPath(new URL('work/greet.mjs', import.meta.url))
const hello = (name) => `hello ${name}`
const numbers = Array.from({ length: 100_000 }, (_, i) => i)
const few = numbers.slice(0, 500)

const backend = 'processes'
const parallel = Parallel({ nJobs: 2, backend })
const oneByOne = Parallel({ nJobs: 2, backend, batchSize: 1 })
const pool = Pool({ processes: 2 })
const executor = ProcessPoolExecutor(2)

async function repeat(times, call) {
  for (let i = 0; i < times; i++) await call(i)
}

/** A case: what is measured, beside what, and how many times as long it may take. */
const cases = [
  {
    name: 'Pool.map of 100,000 numbers, beside Parallel',
    limit: 1.5,
    floor: () => parallel(numbers.map((n) => delayed(Math.sqrt)(n))),
    ours: () => pool.map(Math.sqrt, numbers),
  },
  {
    name: '50 times Pool.apply, beside a warm run of one task',
    limit: 1.5,
    floor: () => repeat(50, (i) => parallel([delayed(hello)(i)])),
    ours: () => repeat(50, (i) => pool.apply(hello, [i])),
  },
  {
    name: '500 futures at once, beside a run of batches of one',
    limit: 2,
    floor: () => oneByOne(few.map((n) => delayed(hello)(n))),
    ours: () => Promise.all(few.map((n) => executor.submit(hello, n))),
  },
  {
    name: 'a Process, started and joined, beside a bare fork',
    limit: 1.5,
    floor: async () => {
      const child = fork(greet, { serialization: 'advanced' })
      child.send({ name: 'bob' })
      await once(child, 'exit')
    },
    ours: async () => {
      const p = Process({ target: hello, args: ['bob'] })
      p.start()
      await p.join()
      if (p.exitCode !== 0) throw new Error(`a Process ended with ${p.exitCode}`)
    },
  },
]

async function timed(work) {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const quartile = (samples) => samples.toSorted((a, b) => a - b)[samples.length >> 2]

let missed = 0
for (const { name, limit, floor, ours } of cases) {
  const samples = { floor: [], ours: [] }
  // The first round does not count.
  for (let round = 0; round <= rounds; round++) {
    const times = { floor: await timed(floor), ours: await timed(ours) }
    if (round === 0) continue
    samples.floor.push(times.floor)
    samples.ours.push(times.ours)
  }
  const [base, own] = [quartile(samples.floor), quartile(samples.ours)]
  const ratio = own / base
  if (ratio > limit) missed += 1
  console.log(
    `${name}: ${own.toFixed(1)} ms, ${base.toFixed(1)} ms; ${ratio.toFixed(2)} times, at most ${limit}${ratio > limit ? ' MISSED' : ''}`,
  )
}

pool.close()
await Promise.all([pool.join(), executor.shutdown(), parallel.close(), oneByOne.close()])
process.exitCode = missed > 0 ? 1 : 0
