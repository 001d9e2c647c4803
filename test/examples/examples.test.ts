/** Every example runs as a person runs it, on small input, and says what it promises. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'joblet-examples-'))
const picture = join(folder, 'mandelbrot.png')
const sheet = join(folder, 'contact-sheet.jpg')
const plotted = join(folder, 'speed-up.svg')
const ourDocs = join(root, 'docs')

afterAll(() => rmSync(folder, { recursive: true }))

interface Case {
  readonly flags: Record<string, string | number>
  readonly says: readonly (string | RegExp)[]
}

const cases: Record<string, Case> = {
  'package-weights': {
    flags: { folder: join(root, 'node_modules', 'fp-ts'), cache: join(folder, 'weights'), maxMb: 1, rounds: 1, nJobs: 2 },
    says: [
      /\d+ files, brotli quality 5, 2 threads/,
      /package +files +raw +packed/,
      /plain loop .*, Parallel .* on 2 threads: [\d.]+ times as fast \(best of 1 rounds each, same weights\)/,
    ],
  },
  'perfect-numbers': { flags: { below: 1_000, nJobs: 2 }, says: ['perfect numbers below 1000: 6, 28, 496', 'the loop says the same'] },
  primes: {
    flags: { numbers: 40_000, nJobs: 2 },
    says: ['primes among 40,000 numbers', 'the first: 10,000,019, 10,000,079, 10,000,103', 'the last:  10,039,973'],
  },
  mandelbrot: { flags: { width: 72, height: 48, limit: 60, nJobs: 2, out: picture }, says: ['@@@@@@', '72 x 48 points', picture] },
  sleepers: {
    flags: { secondMs: 50 },
    says: [/10 sleepers of 50 ms on 10 workers: \d+ ms, not 500 ms/, 'not 2.75 s', 'on this event loop'],
  },
  'pdf-text': {
    flags: { files: 3, pages: 2, nJobs: 2 },
    says: ['3 files, 6 pages,', 'letter-1.pdf, page 1: "Letter 1, page 1. The tide turns at a quarter past three'],
  },
  thumbnails: { flags: { pictures: 4, width: 160, height: 120, nJobs: 2, out: sheet }, says: ['4 pictures', 'contact sheet of 40 x 30'] },
  'word-count': {
    flags: { folder: ourDocs, top: 3, nJobs: 2 },
    says: [/^word +times/, /[\d,]+ words, [\d,]+ different ones, in \d+ files/],
  },
  stream: { flags: { enough: 100, nJobs: 2 }, says: [/27 ·+ 111 steps/, 'the input was told to stop', '27 results read'] },
  'collect-failures': {
    flags: { nJobs: 2, timeout: 500 },
    says: [
      /1 +torn page +thrown +1 +SyntaxError/,
      /2 +stone soup +thrown +1 +RecipeError: cannot cook stone soup: no stone/,
      /3 +flambé +crashed +1 +WorkerCrashError/,
      /5 +stock +timed-out +1 +TaskTimeoutError/,
      /7 +secret +unsendable +0 +ShippingError/,
      '3 of 8 dishes were served, after 63 minutes in all',
    ],
  },
  deadline: {
    flags: { deadlineMs: 2_000, nJobs: 2 },
    says: [
      /[\d,]+ round trips tried, [\d,]+ left untried/,
      /the shortest of all through 60 cities: [5-9]\.\d+/,
      'called off: the customer went elsewhere',
    ],
  },
  processes: {
    flags: { nJobs: 2 },
    says: [
      /ann ran in process \d+\nbob ran in process \d+/,
      /two runs took [12] processes in all/,
      /one was killed, and is up again, as process \d+/,
      'the pool is closed',
    ],
  },
  'speed-up': {
    flags: { primes: 2_000, sides: '30,60', most: 2, rounds: 1, out: plotted },
    says: [/2000 primality tests +[\d.]+ s +[\d.]+ s/, /Mandelbrot 60 x 60/, plotted],
  },
  'random-forest': {
    flags: { trees: 4, rows: 400, nJobs: 2 },
    says: [/4 trees on 400 rows: .* here, .* on 2 threads/, 'the forests are the same', /one tree \d+\.\d %, all \d+\.\d %/],
  },
  'grid-search': {
    flags: { rows: 100, cache: join(folder, 'grid'), nJobs: 2 },
    says: [
      /depth +rows of a leaf, at least +right/,
      /12 settings, 0 of them from the cache: .* on 2 threads/,
      /20 settings, 12 of them from the cache/,
    ],
  },
  'warm-state': {
    flags: { folder: ourDocs, nJobs: 2 },
    says: [/stop .*\(worker [12]\)/, /first run, with 2 indexes to build: .*; second run: /],
  },
}

/** Programs of Python's tutorials: what ours prints and what Python printed, in `golden/`. The larger ones run on the input that `python/` has. */
const fromPython: Record<string, Case['flags']> = {
  ...Object.fromEntries(namesOf(join(root, 'examples', 'from-python')).map((name) => [`from-python/${name}`, {}])),
  primes: { numbers: 40_000, nJobs: 2 },
  mandelbrot: { width: 72, height: 48, limit: 60, nJobs: 2, out: join(folder, 'as-python.png') },
  'word-count': { folder: join(root, 'test', 'fixtures', 'texts'), top: 5, nJobs: 2 },
  'speed-up': { primes: 2_000, sides: '30,60', most: 2, rounds: 1, out: join(folder, 'as-python.svg') },
  'random-forest': { trees: 6, rows: 400, nJobs: 2 },
  'grid-search': { rows: 100, cache: join(folder, 'grid-as-python'), nJobs: 2 },
  'pdf-text': { folder: join(root, 'test', 'fixtures', 'pdfs'), nJobs: 2 },
  thumbnails: { folder: join(root, 'test', 'fixtures', 'pictures'), factor: 4, nJobs: 2, out: join(folder, 'as-python.jpg') },
}

function namesOf(path: string): string[] {
  return readdirSync(path).flatMap((name) => (name.endsWith('.ts') ? [name.slice(0, -3)] : []))
}

test('every example is tried here', () => {
  expect(Object.keys(cases).sort()).toEqual(namesOf(join(root, 'examples')).sort())
})

test.each(Object.entries(cases))('%s runs and says what it promises', async (name, { flags, says }) => {
  const { stdout } = await run(name, flags)
  for (const line of says) expect(stdout).toMatch(line)
})

// Of lines that processes print at the same time, the order is nobody's; times and the numbers of workers are those of a machine and a moment.
const atOnce = /^(hello (ann|joe)|(Sleeping|Done sleeping)\b.*|process \d is done|woke after \d+)$/
const ofTheMoment = [
  /[\d.]+ m?s on 2 (threads|processes)(: \S+)?$/,
  / +\d+\.\d{3} s +\d+\.\d{3} s$/,
  /[\d.]+ m?s(?= here)/,
  /(?<=in )\d+\.\d+(?= s)/,
  /(?<=: |Finished in )\d+\.\d(?= s)/,
  /(?<=^worker )\d+/,
]

function comparable(text: string): string[] {
  const masked = text
    .trimEnd()
    .split('\n')
    .map((line) => ofTheMoment.reduce((masked, moment) => masked.replace(moment, '#'), line))
  const lines: string[] = []
  const together: string[] = []
  for (const line of masked) {
    if (!atOnce.test(line)) lines.push(...together.splice(0).sort())
    if (atOnce.test(line)) together.push(line)
    else lines.push(line)
  }
  return [...lines, ...together.sort()]
}

test.each(Object.entries(fromPython))(
  "%s prints what Python's program prints",
  async (name, flags) => {
    const golden = readFileSync(join(root, 'test', 'examples', 'golden', `${basename(name)}.txt`), 'utf8')
    const { stdout, stderr } = await run(name, flags)
    expect(stderr.replace(/^(rows|shrinking): .*\n/, '')).toBe('')
    // What joblet has and Python's standard library has not, and where the plot is.
    const ours = stdout.replace(/^(Parallel: |on \d+ CPUs; ).*\n/m, '')
    expect(comparable(ours)).toEqual(comparable(golden))
  },
  60_000,
)

test('processes that are not joined print after the program goes on, those that are joined before', async () => {
  const { stdout } = await run('from-python/join', { ms: 100 })
  const lines = stdout.trimEnd().split('\n')
  expect(lines[0]).toBe('all are started: the program goes on')
  expect(lines.at(-1)).toBe('all are joined: the program goes on')
})

test('a second run of the demo finds its weights in the cache, says so, and claims no speed-up', async () => {
  const flags = { folder: join(root, 'node_modules', 'lru-cache'), cache: join(folder, 'weights-again'), maxMb: 1, rounds: 1, nJobs: 2 }
  const [first, second] = [await run('package-weights', flags), await run('package-weights', flags)]
  expect(first.stdout).toMatch(/times as fast/)
  expect(second.stdout).toMatch(/(\d+) of \1 weights were in the cache: .* instead of .* of packing/)
  expect(second.stdout).not.toMatch(/times as fast/)
  expect(tableOf(second.stdout)).toBe(tableOf(first.stdout))
})

const tableOf = (text: string): string => /^package +files[\s\S]*?^all .*$/m.exec(text)?.[0] ?? 'no table'

test('the picture is a PNG of the size that was asked for', () => {
  expect(existsSync(sheet)).toBe(true)
  const bytes = readFileSync(picture)
  expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG')
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([72, 48])
})

const run = (name: string, flags: Case['flags']): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', join('examples', `${name}.ts`), ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)])],
    {
      cwd: root,
      timeout: 55_000,
    },
  )
