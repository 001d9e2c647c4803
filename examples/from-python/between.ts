/** How many numbers of each row lie between 4 and 8: by loop, map, starmap and apply. */
import { Pool } from 'joblet/multiprocessing'
import { runIfEntry } from '../support/entry.js'
import { nextNoise } from '../support/noise.js'

/** Numbers from 0 to 9 that look random and are the same everywhere. */
function rowsOf(count: number, length: number): number[][] {
  let state = 100
  const next = (): number => {
    state = nextNoise(state)
    return Math.floor(state / 65_536) % 10
  }
  return Array.from({ length: count }, () => Array.from({ length }, next))
}

const howMany = (row: readonly number[], least = 4, most = 8): number => row.filter((n) => n >= least && n <= most).length

const shown = (counts: readonly number[]): string => `[${counts.slice(0, 10).join(', ')}]`

/** Count in five ways. */
export async function main(): Promise<void> {
  const rows = rowsOf(2_000, 5)
  console.log(`rows [${rows.slice(0, 3).map(shown).join(', ')}]`)
  console.log(`loop ${shown(rows.map((row) => howMany(row)))}`)

  await using pool = Pool({ processes: 4 })
  console.log(`map ${shown(await pool.map(howMany, rows))}`)
  console.log(
    `starmap ${shown(
      await pool.starmap(
        howMany,
        rows.map((row) => [row, 4, 8] as const),
      ),
    )}`,
  )
  const first: number[] = []
  for (const row of rows.slice(0, 10)) first.push(await pool.apply(howMany, [row, 4, 8]))
  console.log(`apply ${shown(first)}`)
  const counts = await Promise.all(rows.map((row) => pool.applyAsync(howMany, [row, 4, 8]).get()))
  console.log(`apply_async ${shown(counts)} sum ${counts.reduce((sum, n) => sum + n, 0)}`)
}

await runIfEntry(import.meta.url, main)
