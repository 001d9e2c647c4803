/** How much faster with more workers: primes of eight digits, and Mandelbrot pictures of several sizes, on pools of several sizes; with a plot. */
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuCount, Parallel } from 'joblet'
import { runIfEntry } from './support/entry.js'
import { plot, type Series } from './support/plot.js'
import { table, timed } from './support/show.js'

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false
  return n > 1
}

interface Row {
  readonly y: number
  readonly side: number
}

/** How many points of a row stay within radius 2 for 200 steps. */
function pointsInside({ y, side }: Row): number {
  const im = (y / side) * 2.4 - 1.2
  let inside = 0
  for (let x = 0; x < side; x++) {
    const re = (x / side) * 3.2 - 2.3
    let [a, b, step] = [0, 0, 0]
    while (step < 200 && a * a + b * b <= 4) {
      const next = a * a - b * b + re
      b = 2 * a * b + im
      a = next
      step++
    }
    if (step === 200) inside++
  }
  return inside
}

/** Seconds of a job on pools of `sizes` workers, warm, the best of `rounds`. */
async function curve<T>(
  name: string,
  items: readonly T[],
  fn: (item: T) => unknown,
  sizes: readonly number[],
  rounds: number,
): Promise<Series> {
  const values: number[] = []
  for (const nJobs of sizes) {
    await using parallel = Parallel({ nJobs })
    const times: number[] = []
    for (let round = 0; round <= rounds; round++) times.push((await timed(() => parallel.map(items, fn)))[1])
    values.push(Math.min(...times.slice(1)) / 1_000)
  }
  return { name, values }
}

const defaults = { primes: 100_000, sides: '250,500,1000', most: Math.max(4, cpuCount()), rounds: 3, out: join(tmpdir(), 'speed-up.svg') }

/** Time everything, print a table, and draw how many times faster than one worker it was. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { primes, sides, most, rounds, out } = { ...defaults, ...options }
  const sizes = Array.from({ length: most }, (_, i) => i + 1)
  const odd = Array.from({ length: primes }, (_, i) => 10_000_001 + 2 * i)

  const curves = [await curve(`${primes} primality tests`, odd, isPrime, sizes, rounds)]
  for (const side of String(sides).split(',').map(Number)) {
    const rows = Array.from({ length: side }, (_, y) => ({ y, side }))
    curves.push(await curve(`Mandelbrot ${side} x ${side}`, rows, pointsInside, sizes, rounds))
  }

  const cells = curves.map(({ name, values }) => [name, ...values.map((s) => `${s.toFixed(3)} s`)])
  console.log(table(['', ...sizes.map((n) => `${n} worker${n > 1 ? 's' : ''}`)], cells))
  const speedUps = curves.map(({ name, values: [one = 1, ...more] }) => ({ name, values: [1, ...more.map((s) => one / s)] }))
  writeFileSync(out, plot({ title: 'Times as fast as one worker', across: 'workers', labels: sizes.map(String), series: speedUps }))
  console.log(`on ${cpuCount()} CPUs; the plot is in ${out}`)
}

await runIfEntry(import.meta.url, main)
