/** Thumbnails of photographs with `jpeg-js`, a coder in plain JavaScript; then one contact sheet of them all. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { cpuCount, delayed, Parallel } from 'joblet'
import { decode, encode } from 'jpeg-js'
import { runIfEntry } from './support/entry.js'
import { type Picture, readPng } from './support/png-reader.js'
import { megabytes, progressLine, table, time, timed } from './support/show.js'

interface Thumbnail extends Picture {
  readonly of: { readonly name: string; readonly width: number; readonly height: number }
}

/** A task: read a picture, make it smaller; each new pixel is the mean of those it stands for. */
function thumbnail(path: string, factor: number): Thumbnail {
  const bytes = readFileSync(path)
  const { width, height, data } = path.endsWith('.png') ? readPng(bytes) : decode(bytes, { useTArray: true })
  const small = { width: Math.floor(width / factor), height: Math.floor(height / factor) }
  const pixels = new Uint8Array(small.width * small.height * 4)
  for (let i = 0; i < pixels.length; i++) {
    const [x, y, channel] = [(i >> 2) % small.width, Math.floor((i >> 2) / small.width), i & 3]
    let sum = 0
    for (let dy = 0; dy < factor; dy++)
      for (let dx = 0; dx < factor; dx++) sum += data[((y * factor + dy) * width + x * factor + dx) * 4 + channel] ?? 0
    pixels[i] = sum / factor ** 2
  }
  return { ...small, data: pixels, of: { name: basename(path), width, height } }
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

const defaults = {
  folder: '',
  pictures: 24,
  width: 960,
  height: 640,
  factor: 8,
  nJobs: cpuCount(),
  out: join(tmpdir(), 'contact-sheet.jpg'),
}

/** Shrink the pictures of `folder` by `factor`, lay them out on one sheet. Without a folder, `pictures` photographs are painted first. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { folder, factor, nJobs, out, ...painting } = { ...defaults, ...options }
  const painted = folder === '' ? mkdtempSync(join(tmpdir(), 'thumbnails-')) : undefined
  try {
    if (painted !== undefined) await paintAll(painted, painting, nJobs)
    const paths = picturesIn(painted ?? folder)
    const bytes = paths.reduce((sum, path) => sum + readFileSync(path).length, 0)

    const parallel = Parallel({ nJobs, onProgress: progressLine('shrinking') })
    const [thumbnails, ms] = await timed(() => parallel(paths.map((path) => delayed(thumbnail)(path, factor))))

    const sheet = contactSheet(thumbnails)
    writeFileSync(out, encode(sheet, 90).data)
    console.log(table(['picture', 'pixels', 'thumbnail', 'mean colour'], thumbnails.map(rowOf)))
    console.log(`\ncontact sheet of ${sheet.width} x ${sheet.height}, CRC-32 of its pixels ${hex(crc32(sheet.data), 8)}`)
    console.log(`${paths.length} pictures, ${megabytes(bytes)}, in ${time(ms)} on ${nJobs} threads: ${out}`)
  } finally {
    if (painted !== undefined) rmSync(painted, { recursive: true })
  }
}

async function paintAll(folder: string, size: { pictures: number; width: number; height: number }, nJobs: number): Promise<void> {
  const { pictures, width, height } = size
  const number = (i: number): string => String(i + 1).padStart(String(pictures).length, '0')
  const paths = Array.from({ length: pictures }, (_, i) => join(folder, `sunset-${number(i)}.jpg`))
  await Parallel({ nJobs, onProgress: progressLine('painting') })(paths.map((path, seed) => delayed(paint)(path, seed, width, height)))
}

function picturesIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => /\.(jpe?g|png)$/.test(name))
  if (names.length === 0) throw new Error(`no pictures in ${folder}: a file's name must end in .jpg, .jpeg or .png`)
  return names.sort().map((name) => join(folder, name))
}

function rowOf({ of, width, height, data }: Thumbnail): readonly string[] {
  const mean = (channel: number): number => {
    let sum = 0
    for (let i = channel; i < data.length; i += 4) sum += data[i] ?? 0
    return Math.floor(sum / (width * height))
  }
  return [of.name, `${of.width} x ${of.height}`, `${width} x ${height}`, `#${[0, 1, 2].map((channel) => hex(mean(channel), 2)).join('')}`]
}

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0')

/** Rows of pictures, in cells as large as the largest; black where there is none. */
function contactSheet(pictures: readonly Picture[]): Picture {
  const across = Math.ceil(Math.sqrt(pictures.length))
  const [cellWidth, cellHeight] = [Math.max(...pictures.map(({ width }) => width)), Math.max(...pictures.map(({ height }) => height))]
  const sheet = { width: across * cellWidth, height: Math.ceil(pictures.length / across) * cellHeight }
  const data = new Uint8Array(sheet.width * sheet.height * 4)
  for (const [i, { width, height, data: pixels }] of pictures.entries()) {
    const [left, top] = [(i % across) * cellWidth, Math.floor(i / across) * cellHeight]
    for (let y = 0; y < height; y++) data.set(pixels.subarray(y * width * 4, (y + 1) * width * 4), ((top + y) * sheet.width + left) * 4)
  }
  return { ...sheet, data }
}

await runIfEntry(import.meta.url, main)
