/** The best answer by a deadline: an `AbortSignal` ends the run, what was found by then is kept. And a run that is called off. */
import { cpuCount, delayed, Parallel } from 'joblet'
import { runIfEntry } from './support/entry.js'
import { count, time } from './support/show.js'

type Cities = readonly { readonly x: number; readonly y: number }[]

/** The task: a random round trip, untwisted until no turn of a part makes it shorter (2-opt; Croes 1958). Gives its length. */
function roundTrip(cities: Cities, seed: number): number {
  const route = shuffled(cities, seed)
  while (untwist(route)) {
    // until nothing is left to untwist
  }
  return route.reduce((sum, _, i) => sum + leg(route, i, i + 1), 0)
}

function shuffled(cities: Cities, seed: number): Cities[number][] {
  let state = seed
  const random = (): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0
    return (state >>> 0) / 2 ** 32
  }
  return cities
    .map((city) => ({ city, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ city }) => city)
}

/** Turn round each part of `route` where that is shorter; whether there was one. */
function untwist(route: Cities[number][]): boolean {
  let better = false
  for (let i = 1; i < route.length - 1; i++) {
    for (let j = i + 1; j < route.length; j++) {
      if (leg(route, i - 1, j) + leg(route, i, j + 1) >= leg(route, i - 1, i) + leg(route, j, j + 1) - 1e-9) continue
      route.splice(i, j - i + 1, ...route.slice(i, j + 1).reverse())
      better = true
    }
  }
  return better
}

function leg(route: Cities, i: number, j: number): number {
  const [a, b] = [route[i % route.length], route[j % route.length]]
  return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0
}

const defaults = { cities: 60, trips: 100_000, deadlineMs: 1_500, nJobs: cpuCount() }

/** Look for the shortest round trip for `deadlineMs`, then once more without keeping anything. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { cities: howMany, trips, deadlineMs, nJobs } = { ...defaults, ...options }
  const cities = Array.from({ length: howMany }, (_, i) => ({ x: (i * 0.754_877_666) % 1, y: (i * 0.569_840_29) % 1 }))
  const tasks = Array.from({ length: trips }, (_, seed) => delayed(roundTrip)(cities, seed))

  const start = performance.now()
  const outcomes = await Parallel({ nJobs, onError: 'collect', signal: AbortSignal.timeout(deadlineMs) })(tasks)
  const found = outcomes.flatMap((outcome) => (outcome._tag === 'Right' ? [outcome.right] : []))
  const first = found.slice(0, 10)
  console.log(`${time(performance.now() - start)}: ${count(found.length)} round trips tried, ${count(trips - found.length)} left untried`)
  console.log(`the first ${first.length}: ${first.map((length) => length.toFixed(2)).join(' ')}`)
  console.log(
    `the shortest of all through ${howMany} cities: ${found.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY).toFixed(4)}`,
  )

  const controller = new AbortController()
  setTimeout(() => controller.abort(new Error('the customer went elsewhere')), deadlineMs / 10)
  try {
    await Parallel({ nJobs, signal: controller.signal })(tasks)
  } catch (error) {
    console.log(`called off: ${(error as Error).message}`)
  }
}

await runIfEntry(import.meta.url, main)
