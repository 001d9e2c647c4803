/** One contender in a process of its own: a request per line on stdin, a measurement per line on stdout. `host.py` speaks the same. */
import { createInterface } from 'node:readline'
import { parts } from './work/functions.mjs'

const [, , contender, workers] = process.argv
const { open } = await import(`./contenders/${contender}.mjs`)
const pool = await open(Number(workers))

const upTo = (n) => Array.from({ length: n }, (_, i) => i)

/** Measurements by case; each gives one number, in the unit of its case. */
const measure = {
  async tiny(n) {
    const inputs = upTo(n)
    const [results, ms] = await timed(() => pool.map('sqrt', inputs))
    check(results.length === n && results[n - 1] === Math.sqrt(n - 1))
    return (ms * 1_000) / n
  },
  inline: (n) => measure.tiny(n),
  async perfect(n) {
    const inputs = upTo(n)
    const [results, ms] = await timed(() => pool.map('isPerfect', inputs))
    check(inputs.filter((i) => results[i]).join() === [6, 28, 496, 8128].filter((i) => i < n).join())
    return ms
  },
  async primes(n) {
    const inputs = upTo(n).map((i) => 90_000_001 + 2 * i)
    const [results, ms] = await timed(() => pool.map('isPrime', inputs))
    check(inputs.find((_, i) => results[i]) === 90_000_049)
    return (ms * 1_000) / n
  },
  async mandelbrot(n) {
    const [rows, ms] = await timed(() => pool.map('mandelbrot', upTo(n)))
    check(rows.length === n && rows[n >> 1][n >> 1] === 200)
    return ms
  },
  async shared(n) {
    check(n === parts)
    const array = new Float64Array(1e7)
    for (let i = 0; i < array.length; i++) array[i] = i % 1_000
    const [sums, ms] = await timed(() => {
      const numbers = (pool.share ?? copyToShared)(array)
      return pool.map(
        'sumPart',
        upTo(n).map((part) => ({ numbers, part })),
      )
    })
    check(sums.reduce((sum, part) => sum + part) === 4_995_000_000)
    return ms
  },
  async results(n) {
    const [arrays, ms] = await timed(() => pool.map('fill', upTo(n)))
    check(arrays.every((array, i) => array.length === 1e6 && array[1e6 - 1] === i))
    return ms
  },
  async records(n) {
    const inputs = upTo(n).map((id) => ({ id, name: `row ${id}`, score: id / 7 }))
    const [results, ms] = await timed(() => pool.map('keep', inputs))
    check(results.length === n && results[n - 1].score === (n - 1) / 7)
    return (ms * 1_000) / n
  },
  async warm(calls) {
    const took = []
    for (let call = 0; call < calls; call++) took.push((await timed(() => pool.map('sqrt', [1, 4])))[1])
    return took.sort((a, b) => a - b)[calls >> 1]
  },
  async hash(n) {
    const value = Object.fromEntries(upTo(n).map((i) => [`key ${i}`, { i, text: `value ${i}` }]))
    const [digest, ms] = await timed(() => pool.hash(value))
    check(digest.length > 0)
    return ms
  },
}

/** Pools of threads are told to put what all tasks read into shared memory. */
function copyToShared(array) {
  const copy = new Float64Array(new SharedArrayBuffer(array.byteLength))
  copy.set(array)
  return copy
}

async function timed(work) {
  const start = performance.now()
  const value = await work()
  return [value, performance.now() - start]
}

function check(holds) {
  if (!holds) throw new Error(`${contender} gives wrong results`)
}

for await (const line of createInterface({ input: process.stdin })) {
  const { name, n, calls, longestMs } = JSON.parse(line)
  const values = []
  const latest = performance.now() + longestMs
  do values.push(await measure[name](n))
  while (values.length < calls && performance.now() < latest)
  console.log(JSON.stringify({ value: values.sort((a, b) => a - b)[values.length >> 1] }))
}
await pool.close()
