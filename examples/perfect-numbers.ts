/** Perfect numbers equal the sum of their divisors. The naive test gets slower along the input; the work is still shared out evenly. */
import { cpuCount, delayed, Parallel } from 'joblet'
import { runIfEntry } from './support/entry.js'
import { time, timed } from './support/show.js'

function isPerfect(n: number): boolean {
  let sum = 0
  for (let divisor = 1; divisor < n; divisor++) if (n % divisor === 0) sum += divisor
  return n > 1 && sum === n
}

const defaults = { below: 60_000, nJobs: cpuCount() }

/** Test all numbers below `below`, one task each, and compare with the plain loop. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { below, nJobs } = { ...defaults, ...options }
  const numbers = Array.from({ length: below }, (_, n) => n)

  const [expected, loopMs] = await timed(() => numbers.map(isPerfect))
  const [perfect, parallelMs] = await timed(() => Parallel({ nJobs })(numbers.map((n) => delayed(isPerfect)(n))))

  console.log(`perfect numbers below ${below}: ${numbers.filter((n) => perfect[n]).join(', ')}`)
  console.log(`the loop says ${perfect.every((is, n) => is === expected[n]) ? 'the same' : 'something else'}`)
  console.log(`loop ${time(loopMs)}, ${nJobs} threads ${time(parallelMs)}: ${(loopMs / parallelMs).toFixed(2)} times as fast`)
}

await runIfEntry(import.meta.url, main)
