/**
 * What do installed packages weigh, as they are and packed? Brotli over thousands of real files, one task per file,
 * by a plain loop and by `Parallel`, in turns; both must come to the same weights. The weights are kept: a second run
 * finds them in the cache, and claims no speed-up. This is `npm run demo`.
 */
import { deepStrictEqual } from 'node:assert'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { cpuCount, delayed, Memory, type MemoryStats, Parallel } from 'joblet'
import { runIfEntry } from './support/entry.js'
import { count, megabytes, progressLine, table, time, timed } from './support/show.js'

interface Weight {
  readonly raw: number
  readonly packed: number
}

/** The task: one file, read and packed. */
function weigh(path: string): Weight {
  const bytes = readFileSync(path)
  const packed = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  })
  return { raw: bytes.length, packed: packed.length }
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const defaults = {
  folder: here('../node_modules'),
  cache: here('../.cache/package-weights'),
  maxMb: 50,
  rounds: 5,
  top: 12,
  nJobs: cpuCount(),
}

/** Weigh up to `maxMb` of the files in `folder`, `rounds` times by each way. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { folder, cache, maxMb, rounds, top, nJobs } = { ...defaults, ...options }
  const paths = filesIn(folder, maxMb * 1e6)
  console.log(`${count(paths.length)} files, brotli quality 5, ${nJobs} threads`)
  for (const path of paths) readFileSync(path) // both ways find the files in the cache of the system

  const memory = Memory({ location: cache })
  // The size and the time of a file stand for what is in it.
  const weighOnce = memory.cache((path: string, _version: string): Weight => weigh(path), { name: 'weigh' })
  const remember = Parallel({ nJobs, onProgress: progressLine('weighing') })
  const [weights, rememberedMs] = await timed(() => remember(paths.map((path) => delayed(weighOnce)(path, versionOf(path)))))
  const stats = await memory.stats()
  if (stats.hits > 0) return console.log(`\n${report(folder, paths, weights, top)}\n\n${found(stats, paths.length, rememberedMs, cache)}`)

  const loopMs: number[] = []
  const parallelMs: number[] = []
  for (let round = 1; round <= rounds; round++) {
    const [expected, loop] = await timed(() => paths.map(weigh))
    const parallel = Parallel({ nJobs, onProgress: progressLine(`round ${round} of ${rounds}`) })
    const [got, took] = await timed(() => parallel(paths.map((path) => delayed(weigh)(path))))
    deepStrictEqual(got, expected)
    loopMs.push(loop)
    deepStrictEqual(got, weights)
    parallelMs.push(took)
  }
  console.log(`\n${report(folder, paths, weights, top)}\n`)
  console.log(verdict(Math.min(...loopMs), Math.min(...parallelMs), nJobs, rounds))
}

const maxFileBytes = 1e6

/**
 * Files of up to 1 MB (the rest are mostly binaries), in the order of their names, as many as come to `maxBytes`. What tools keep for
 * themselves (`.bin`, `.cache`) may change while this runs, and is left out.
 */
function filesIn(folder: string, maxBytes: number): string[] {
  let bytes = 0
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => {
      const stats = statSync(path, { throwIfNoEntry: false })
      if (stats === undefined || !stats.isFile() || stats.size > maxFileBytes || bytes + stats.size > maxBytes) return false
      bytes += stats.size
      return true
    })
}

function report(folder: string, paths: readonly string[], weights: readonly Weight[], top: number): string {
  const packages = new Map<string, { files: number; raw: number; packed: number }>()
  for (const [i, path] of paths.entries()) {
    const name = packageOf(relative(folder, path))
    const sum = packages.get(name) ?? { files: 0, raw: 0, packed: 0 }
    packages.set(name, { files: sum.files + 1, raw: sum.raw + (weights[i]?.raw ?? 0), packed: sum.packed + (weights[i]?.packed ?? 0) })
  }
  const heaviest = [...packages].sort(([, a], [, b]) => b.packed - a.packed).slice(0, top)
  const all = weights.reduce((sum, { raw, packed }) => ({ raw: sum.raw + raw, packed: sum.packed + packed }), { raw: 0, packed: 0 })
  const rows = heaviest.map(([name, { files, raw, packed }]) => [name, files, megabytes(raw), megabytes(packed)])
  return table(
    ['package', 'files', 'raw', 'packed'],
    [...rows, [`all ${packages.size} packages`, paths.length, megabytes(all.raw), megabytes(all.packed)]],
  )
}

/** The package that a file belongs to: `@scope/name` or `name`, the innermost one. */
function packageOf(path: string): string {
  const parts = path.split(sep)
  const [first = '', second = ''] = parts.slice(parts.lastIndexOf('node_modules') + 1)
  return first.startsWith('@') ? `${first}/${second}` : first
}

const versionOf = (path: string): string => {
  const { size, mtimeMs } = statSync(path)
  return `${size} ${mtimeMs}`
}

const found = ({ hits, savedMs }: MemoryStats, files: number, tookMs: number, cache: string): string =>
  `${count(hits)} of ${count(files)} weights were in the cache: ${time(tookMs)} instead of ${time(savedMs)} of packing; remove ${cache} to race the loop again`

const verdict = (loopMs: number, parallelMs: number, nJobs: number, rounds: number): string =>
  `plain loop ${time(loopMs)}, Parallel ${time(parallelMs)} on ${nJobs} threads: ${(loopMs / parallelMs).toFixed(2)} times as fast (best of ${rounds} rounds each, same weights)`

await runIfEntry(import.meta.url, main)
