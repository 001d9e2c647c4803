/** Primes with eight digits, found block by block: a task that returns a typed array, and the short form `map`. */
import { cpuCount, Parallel } from 'joblet'
import { runIfEntry } from './support/entry.js'
import { count, time, timed } from './support/show.js'

const blockSize = 20_000

/** The primes of one block, by trial division. */
function primesOf(start: number): Uint32Array {
  const primes: number[] = []
  for (let n = start; n < start + blockSize; n++) if (isPrime(n)) primes.push(n)
  return Uint32Array.from(primes)
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false
  return n > 1
}

const defaults = { from: 10_000_000, numbers: 1_000_000, nJobs: cpuCount() }

/** List the primes among `numbers` numbers, beginning with `from`. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { from, numbers, nJobs } = { ...defaults, ...options }
  const starts = Array.from({ length: Math.ceil(numbers / blockSize) }, (_, i) => from + i * blockSize)

  const [blocks, ms] = await timed(() => Parallel({ nJobs }).map(starts, primesOf))
  const primes = blocks.flatMap((block) => [...block])

  console.log(
    `${count(primes.length)} primes among ${count(starts.length * blockSize)} numbers from ${count(from)} on, in ${time(ms)} on ${nJobs} threads`,
  )
  console.log(`the first: ${primes.slice(0, 5).map(count).join(', ')}`)
  console.log(`the last:  ${count(primes.at(-1) ?? 0)}`)
  const [gap, after] = widestGap(primes)
  console.log(`the widest gap: ${gap}, after ${count(after)}`)
}

function widestGap(primes: readonly number[]): readonly [gap: number, after: number] {
  let widest: readonly [number, number] = [0, 0]
  for (const [i, prime] of primes.slice(1).entries()) {
    const before = primes[i] ?? prime
    if (prime - before > widest[0]) widest = [prime - before, before]
  }
  return widest
}

await runIfEntry(import.meta.url, main)
