/** The Mandelbrot set, one task per row, written as a PNG and sketched on the terminal. Rows differ in cost a hundredfold. */
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuCount, delayed, Parallel } from 'joblet'
import { runIfEntry } from './support/entry.js'
import { png } from './support/png.js'
import { progressLine, time, timed } from './support/show.js'

interface View {
  readonly width: number
  readonly height: number
  readonly limit: number
}

/** How many steps each point of a row stays within radius 2, up to `limit`. */
function stepsOf(y: number, { width, height, limit }: View): Uint16Array {
  const row = new Uint16Array(width)
  const im = (y / (height - 1)) * 2.4 - 1.2
  for (let x = 0; x < width; x++) {
    const re = (x / (width - 1)) * 3.2 - 2.3
    let [a, b, step] = [0, 0, 0]
    while (step < limit && a * a + b * b <= 4) {
      const next = a * a - b * b + re
      b = 2 * a * b + im
      a = next
      step++
    }
    row[x] = step
  }
  return row
}

const defaults = { width: 1_000, height: 750, limit: 500, nJobs: cpuCount(), out: join(tmpdir(), 'mandelbrot.png') }

/** Compute all rows, write the picture to `out`. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { width, height, limit, nJobs, out } = { ...defaults, ...options }
  const view = { width, height, limit }
  const ys = Array.from({ length: height }, (_, y) => y)

  const parallel = Parallel({ nJobs, onProgress: progressLine('rows') })
  const [rows, ms] = await timed(() => parallel(ys.map((y) => delayed(stepsOf)(y, view))))

  console.log(sketch(rows, limit))
  writeFileSync(
    out,
    png(
      width,
      rows.map((row) => colours(row, limit)),
    ),
  )
  console.log(`${width} x ${height} points in ${time(ms)} on ${nJobs} threads: ${out}`)
}

/** Black inside; outside from deep blue over violet to light, by the logarithm of the steps. */
function colours(row: Uint16Array, limit: number): Uint8Array {
  const pixels = new Uint8Array(row.length * 3)
  for (const [x, steps] of row.entries()) {
    if (steps === limit) continue
    const t = Math.log(steps) / Math.log(limit)
    pixels.set([Math.min(255, 510 * t), 255 * t ** 0.8, 80 + 120 * Math.sin(Math.PI * t)].map(Math.round), x * 3)
  }
  return pixels
}

const columns = 72
const lines = 24
const shades = ' .:-=+*%#@'

function sketch(rows: readonly Uint16Array[], limit: number): string {
  const at = (line: number, column: number): number => {
    const row = rows[Math.floor(((line + 0.5) / lines) * rows.length)]
    return row?.[Math.floor(((column + 0.5) / columns) * row.length)] ?? 0
  }
  const shade = (steps: number): string => shades[Math.floor((Math.log(steps) / Math.log(limit)) * (shades.length - 1))] ?? ' '
  return Array.from({ length: lines }, (_, line) => Array.from({ length: columns }, (_, column) => shade(at(line, column))).join('')).join(
    '\n',
  )
}

await runIfEntry(import.meta.url, main)
