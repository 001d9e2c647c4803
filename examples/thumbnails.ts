/** Thumbnails of photographs with `jpeg-js`, a coder in plain JavaScript; then one contact sheet of them all. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuCount, delayed, Parallel } from 'joblet'
import { decode, encode } from 'jpeg-js'
import { runIfEntry } from './support/entry.js'
import { megabytes, progressLine, time, timed } from './support/show.js'

interface Picture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** A task: read a picture, make it smaller; each new pixel is the mean of those it stands for. */
function thumbnail(path: string, factor: number): Picture {
  const { width, height, data } = decode(readFileSync(path), { useTArray: true })
  const small = { width: Math.floor(width / factor), height: Math.floor(height / factor) }
  const pixels = new Uint8Array(small.width * small.height * 4)
  for (let i = 0; i < pixels.length; i++) {
    const [x, y, channel] = [(i >> 2) % small.width, Math.floor((i >> 2) / small.width), i & 3]
    let sum = 0
    for (let dy = 0; dy < factor; dy++)
      for (let dx = 0; dx < factor; dx++) sum += data[((y * factor + dy) * width + x * factor + dx) * 4 + channel] ?? 0
    pixels[i] = sum / factor ** 2
  }
  return { ...small, data: pixels }
}

/** A task: paint a sunset over water and write it as a photograph. */
function paint(path: string, seed: number, width: number, height: number): void {
  const data = new Uint8Array(width * height * 4)
  const sun = { x: width * (0.2 + 0.6 * ((seed * 0.618) % 1)), y: height * 0.45, radius: height / 9 }
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)]
    const wave = y > height / 2 ? 18 * Math.sin(x / 31 + y + seed) : 0
    const glow = Math.max(0, 1 - Math.hypot(x - sun.x, y - sun.y) / width)
    const isSun = y < height / 2 && Math.hypot(x - sun.x, y - sun.y) < sun.radius
    data.set(
      isSun ? [255, 244, 214, 255] : [255 * glow + wave, 110 * glow + wave + 8 * (seed % 7), 90 + 60 * (1 - glow) + wave, 255].map(clamped),
      i * 4,
    )
  }
  writeFileSync(path, encode({ width, height, data }, 90).data)
}

const clamped = (channel: number): number => Math.max(0, Math.min(255, channel))

const defaults = { pictures: 24, width: 960, height: 640, factor: 8, nJobs: cpuCount(), out: join(tmpdir(), 'contact-sheet.jpg') }

/** Paint `pictures` photographs, shrink them by `factor`, lay them out on one sheet. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { pictures, width, height, factor, nJobs, out } = { ...defaults, ...options }
  const folder = mkdtempSync(join(tmpdir(), 'thumbnails-'))
  const paths = Array.from({ length: pictures }, (_, i) => join(folder, `sunset-${i + 1}.jpg`))
  try {
    await Parallel({ nJobs, onProgress: progressLine('painting') })(paths.map((path, seed) => delayed(paint)(path, seed, width, height)))
    const bytes = paths.reduce((sum, path) => sum + readFileSync(path).length, 0)

    const parallel = Parallel({ nJobs, onProgress: progressLine('shrinking') })
    const [thumbnails, ms] = await timed(() => parallel(paths.map((path) => delayed(thumbnail)(path, factor))))

    const sheet = contactSheet(thumbnails)
    writeFileSync(out, encode(sheet, 90).data)
    console.log(`${pictures} pictures, ${megabytes(bytes)}, shrunk in ${time(ms)} on ${nJobs} threads`)
    console.log(`contact sheet of ${sheet.width} x ${sheet.height}: ${out}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function contactSheet(pictures: readonly Picture[]): Picture {
  const across = Math.ceil(Math.sqrt(pictures.length))
  const { width = 1, height = 1 } = pictures[0] ?? {}
  const sheet = { width: across * width, height: Math.ceil(pictures.length / across) * height }
  const data = new Uint8Array(sheet.width * sheet.height * 4)
  for (const [i, picture] of pictures.entries()) {
    const [left, top] = [(i % across) * width, Math.floor(i / across) * height]
    for (let y = 0; y < height; y++)
      data.set(picture.data.subarray(y * width * 4, (y + 1) * width * 4), ((top + y) * sheet.width + left) * 4)
  }
  return { ...sheet, data }
}

await runIfEntry(import.meta.url, main)
