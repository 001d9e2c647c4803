/**
 * What it costs to remember, against the limits that were set: `node test/bench/memory.bench.mjs [--only store|many|memory|hash|peers]`.
 * Figures are medians, of a build of this working tree; a limit holds on an idle machine. Exits with 1 if one is missed.
 * joblib and diskcache are measured where Python can import them (JOBLET_BENCH_PYTHON names another one), keyv (with keyv-file) and memoize-fs
 * where they are installed (in JOBLET_BENCH_PEERS, a folder with a package.json); the rest is skipped, and said to be.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { serialize } from 'node:v8'

const root = fileURLToPath(new URL('../..', import.meta.url))
const asked = process.argv.indexOf('--only')
const only = asked < 0 ? undefined : process.argv[asked + 1]
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'joblet-memory-bench-')))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]
const figures = []
const figure = (name, value, limit, unit) => figures.push({ name, value, limit, unit })

/** Median milliseconds of each work; they take turns, so that all see the same machine. */
async function alternate(rounds, works) {
  const times = works.map(() => [])
  for (let round = -10; round < rounds; round++) {
    for (const [i, work] of works.entries()) {
      const begun = performance.now()
      await work(round + 10)
      if (round >= 0) times[i].push(performance.now() - begun)
    }
  }
  return times.map(median)
}

/** Like {@link alternate}, for works of some microseconds: no promise in between. */
function alternateSync(rounds, works) {
  const times = works.map(() => [])
  for (let round = -Math.ceil(rounds / 4); round < rounds; round++) {
    for (const [i, work] of works.entries()) {
      const begun = performance.now()
      work(((round % rounds) + rounds) % rounds)
      if (round >= 0) times[i].push(performance.now() - begun)
    }
  }
  return times.map(median)
}

/** The code under test, built from `src`. */
async function buildMachinery() {
  const { build } = await import('esbuild')
  const outdir = realpathSync(mkdtempSync(join(root, 'node_modules/.joblet-bench-')))
  process.on('exit', () => rmSync(outdir, { recursive: true, force: true }))
  const contents = ['store/file-store', 'codec/entry', 'codec/entry-sum', 'codec/sections'].map(
    (file) => `export * from './src/${file}.ts'`,
  )
  await build({
    stdin: { contents: contents.join('\n'), resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    outfile: join(outdir, 'machinery.mjs'),
    packages: 'external',
    logLevel: 'error',
  })
  return import(pathToFileURL(join(outdir, 'machinery.mjs')).href)
}

const keyOf = (n) => `bench-1/0123456789abcdef/${(Math.imul(n + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')}${'0'.repeat(24)}`
const record = (i) => ({ id: i, name: `record ${i}`, tags: ['a', 'b'], text: 'x'.repeat(900), at: [i, i + 1] })

/** A file, read with as few system calls as can be. */
function bareRead(path) {
  const file = openSync(path)
  const bytes = Buffer.allocUnsafe(fstatSync(file).size)
  readSync(file, bytes)
  closeSync(file)
  return bytes
}

async function measureStore({ fileStore, EntrySum, encodeEntry, readEntry, encodeSections, decodeSections }) {
  const store = fileStore(join(folder, 'store'), { watch: () => new EntrySum() })
  const put = async (key, value) =>
    store.put(
      key,
      await encodeEntry({ key, meta: { name: 'f', durationMs: 1, createdAtMs: 1 }, codec: 'v8', payload: encodeSections(value) }),
    )
  // As `Memory` reads: small entries are looked at where they lie, large ones summed while they arrive.
  const hit = (key, read) => decodeSections(('watcher' in read ? readEntry(read.bytes, key, read.watcher) : readEntry(read, key)).payload)
  mkdirSync(join(folder, 'bare'))
  const bare = (i) => join(folder, 'bare', String(i))
  const count = 2_000

  for (const [name, make] of [
    ['a number', (i) => i],
    ['a record of 1 KB', record],
  ]) {
    const writes = []
    for (let i = 0; i < count; i++) {
      writeFileSync(bare(i), serialize(make(i)))
      const begun = performance.now()
      await put(keyOf(i), make(i))
      writes.push(performance.now() - begun)
    }
    const [bareMs, hitMs] = alternateSync(count, [(i) => bareRead(bare(i)), (i) => hit(keyOf(i), store.peek(keyOf(i)))])
    figure(`${name}: hit in the store`, hitMs * 1e3, 15 + (name === 'a number' ? 0 : 9), 'us')
    figure('… to a bare file read', hitMs / bareMs, 3, '×')
    figure('… writing it', median(writes) * 1e3, 300, 'us')
  }
  const [lockMs] = await alternate(300, [async (i) => (await store.lock(keyOf(i)))()])
  figure('taking a lock and giving it back', lockMs * 1e3, 100, 'us')

  const numbers = new Float64Array(1_000_000).map((_, i) => i / 3)
  await put(keyOf(0), numbers)
  writeFileSync(bare('large'), numbers)
  const [syncMs, asyncMs, largeMs] = await alternate(40, [
    () => readFileSync(bare('large')),
    () => readFile(bare('large')),
    async () => hit(keyOf(0), await store.peek(keyOf(0))),
  ])
  figure('8 MB of numbers: hit, checksum included', largeMs, 100, 'ms')
  figure('… to a bare read (readFileSync)', largeMs / syncMs, 2.2, '×')
  figure('… to a bare read (fs.promises.readFile)', largeMs / asyncMs, 2.2, '×')
}

async function measureMany({ fileStore, encodeEntry, readEntry, encodeSections, decodeSections }) {
  const many = 200_000
  const store = fileStore(join(folder, 'many'), { limits: { maxItems: many * 2 } })
  const few = fileStore(join(folder, 'few'))
  const put = async (to, i) => {
    const key = keyOf(i)
    await to.put(
      key,
      await encodeEntry({ key, meta: { name: 'f', durationMs: 1, createdAtMs: 1 }, codec: 'v8', payload: encodeSections(i) }),
    )
  }
  for (let i = 0; i < 10; i++) await put(few, i)
  const writes = []
  for (let i = 0; i < many; i++) {
    const begun = performance.now()
    await put(store, i)
    writes.push(performance.now() - begun)
  }
  figure('200,000 entries: writing one', median(writes) * 1e3, 300, 'us')
  const hit = (from, i) => decodeSections(readEntry(from.peek(keyOf(i)), keyOf(i)).payload)
  const [fewMs, manyMs] = alternateSync(10_000, [(i) => hit(few, i % 10), (i) => hit(store, Math.imul(i, 7_919) % many)])
  figure('… a hit', manyMs * 1e3, 15, 'us')
  figure('… a hit, to one among 10 entries', manyMs / fewMs, 1.5, '×')
  let begun = performance.now()
  const stats = await store.stats()
  figure('… stats()', (performance.now() - begun) / 1e3, 10, 's')
  begun = performance.now()
  const gone = await store.evict({ maxItems: many / 2 })
  figure('… giving up half of them', (performance.now() - begun) / 1e3, 10, 's')
  if (stats.items !== many || gone.items !== many / 2) throw new Error(`counted ${stats.items}, gave up ${gone.items}`)
}

/** Whole calls of cached functions, each kind in a fresh process: first misses, then hits in the store and hits in memory. */
function measureMemory() {
  const program = fileURLToPath(new URL('./work/memory-calls.mjs', import.meta.url))
  const calls = () => JSON.parse(execFileSync(process.execPath, [program, join(folder, 'memory'), '8000'], { encoding: 'utf8' }))
  const misses = calls()
  const rounds = Array.from({ length: 5 }, calls)
  const typical = (name, which) => median(rounds.map((round) => round[name][which]))
  const ratio = (name, which) => median(rounds.map((round) => round[name][which] / round[name].bare))
  if (misses.number.misses !== 8_000 || rounds.some(({ number }) => number.misses > 0)) throw new Error('hits and misses are mixed up')
  figure('a miss, beside what the function takes', misses.number.first, 400, 'us')
  figure('… to a new file, written by hand', misses.number.first / misses.number.bare, Number.POSITIVE_INFINITY, '×')
  figure('a number: hit in a fresh process', typical('number', 'first'), 15, 'us')
  figure('… to a file by hand, read and decoded', ratio('number', 'first'), 1.9, '×')
  figure('a record of 1 KB: hit in a fresh process', typical('record', 'first'), 24, 'us')
  figure('… to a file by hand, read and decoded', ratio('record', 'first'), 1.5, '×')
  figure('a function that captured an object: hit', typical('captured', 'first'), 20, 'us')
  figure('a number: second hit', typical('number', 'second'), 3, 'us')
  figure('a record of 1 KB: second hit', typical('record', 'second'), 3, 'us')
  figure('8 MB of numbers: hit, checksum included', typical('large', 'hit') / 1e3, 100, 'ms')
  figure('… to a bare read (readFileSync)', ratio('large', 'hit'), 2.2, '×')
}

/** What others take for the same hits, in processes of their own; no limits. */
function measurePeers() {
  const python = process.env.JOBLET_BENCH_PYTHON ?? 'python3'
  const program = (file) => fileURLToPath(new URL(`./work/memory-peers.${file}`, import.meta.url))
  for (const [name, ...command] of [
    ['joblib', python, program('py')],
    ['diskcache', python, program('py')],
    ['keyv', process.execPath, program('mjs')],
    ['memoize-fs', process.execPath, program('mjs')],
  ]) {
    const [file = '', ...args] = [...command, name, join(folder, `peer-${name}`), '500']
    const { status, stdout } = spawnSync(file, args, { encoding: 'utf8', timeout: 120_000 })
    if (status !== 0) console.log(`${name} is skipped: it is not installed here`)
    else for (const [kind, us] of Object.entries(JSON.parse(stdout))) figure(`${name}: hit, a ${kind}`, us, Number.POSITIVE_INFINITY, 'us')
  }
}

async function measureHash() {
  const { hash } = await import('../../dist/index.js')
  const small = []
  for (let round = 0; round < 40; round++) {
    const begun = performance.now()
    for (let i = 0; i < 10_000; i++) hash([42])
    small.push(((performance.now() - begun) / 10_000) * 1e3)
  }
  figure('hash([42])', median(small), 1.5, 'us')
  const nested = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [`k${i}`, Object.fromEntries(Array.from({ length: 100 }, (_, j) => [`f${j}`, i * j]))]),
  )
  const [nestedMs] = alternateSync(20, [() => hash(nested)])
  figure('hash of a nested object with 10,000 keys', nestedMs, 20, 'ms')
  const large = new Float64Array(1e7)
  const bytes = new Uint8Array(large.buffer)
  const [hashMs, bareMs] = alternateSync(8, [() => hash(large), () => createHash('sha256').update(bytes).digest('hex')])
  figure('hash of 80 MB of numbers, to bare sha256', hashMs / bareMs, 1 / 0.9, '×')
}

if (only === undefined || only === 'memory') measureMemory()
if (only === undefined || only === 'hash') await measureHash()
if (only === undefined || only === 'peers') measurePeers()
const machinery = await buildMachinery()
if (only === undefined || only === 'store') await measureStore(machinery)
if (only === undefined || only === 'many') await measureMany(machinery)

console.log(`Node ${process.version}`)
for (const { name, value, limit, unit } of figures) {
  console.log(
    `${value <= limit ? ' ' : '!'} ${name.padEnd(48)} ${value.toFixed(2).padStart(9)} ${unit.padEnd(2)}${Number.isFinite(limit) ? `  limit ${limit}` : ''}`,
  )
}
process.exitCode = figures.every(({ value, limit }) => value <= limit) ? 0 : 1
