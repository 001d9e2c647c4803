/** The left and the right image of a sonar, one process each: smoothed, and searched for the strongest echo. */
import { Pool } from 'joblet/multiprocessing'
import { runIfEntry } from '../support/entry.js'
import { nextNoise } from '../support/noise.js'

const side = 200

/** An echo at a place that hangs on the seed, and noise. */
function imageOf(seed: number): Uint8Array[] {
  let state = seed
  return Array.from({ length: side }, (_, y) =>
    Uint8Array.from({ length: side }, (_, x) => {
      state = nextNoise(state)
      const distance = Math.abs(x - 10 * seed) + Math.abs(y - 7 * seed)
      return (Math.floor(state / 65_536) % 40) + Math.max(0, 200 - 5 * distance)
    }),
  )
}

function search(which: string, image: readonly Uint8Array[]): string {
  let best = { strength: 0, x: 0, y: 0 }
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const strength = smoothed(image, x, y)
      if (strength > best.strength || (strength === best.strength && x >= best.x)) best = { strength, x, y }
    }
  }
  return `${which} image: strongest echo ${best.strength} at ${best.x}, ${best.y}`
}

/** The mean of a point and the eight around it. */
function smoothed(image: readonly Uint8Array[], x: number, y: number): number {
  let sum = 0
  for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) sum += image[y + dy]?.[x + dx] ?? 0
  return Math.floor(sum / 9)
}

/** Search both images at once. */
export async function main(): Promise<void> {
  await using pool = Pool({ processes: 2 })
  const lines = await pool.starmap(search, [
    ['left', imageOf(5)],
    ['right', imageOf(11)],
  ])
  for (const line of lines) console.log(line)
}

await runIfEntry(import.meta.url, main)
