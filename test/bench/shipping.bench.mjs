/**
 * What it costs to ship functions and values, against the limits that were set: `node test/bench/shipping.bench.mjs`, and on a second Node
 * too with its path in `JOBLET_BENCH_NODE`. Of a build of this working tree; exits with 1 if a limit is missed.
 *
 * Figures are lower quartiles, since other work on the machine only ever adds; limits hold on an idle machine. Floors say what the same
 * costs at best on this machine, done with nothing but what Node gives: a slow machine shows in both, so their ratio is worth more.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { serialize } from 'node:v8'

const root = fileURLToPath(new URL('../..', import.meta.url))
const self = fileURLToPath(import.meta.url)

const quartile = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 2]

function timed(work) {
  const begun = performance.now()
  work()
  return performance.now() - begun
}

/** Milliseconds of `work`, which is given the round. */
const roundMs = (rounds, work) => quartile(Array.from({ length: rounds }, (_, i) => timed(() => work(i))))

// What is shipped. The closures lie in this file, which is the entry, so they travel by value.
const makeClosure = (i) => () => i
const scale = { by: 3, names: ['a', 'b'] }
const helper = (path) => basename(path).length * scale.by
function twentyLines(paths, limit = 10) {
  const found = new Map()
  let skipped = 0
  for (const path of paths) {
    const folder = dirname(path)
    if (folder === '/') {
      skipped += 1
      continue
    }
    const size = helper(join(folder, 'index.ts'))
    const group = found.get(folder) ?? []
    group.push({ path, size, name: scale.names[size % 2] })
    found.set(folder, group)
    if (found.size >= limit) break
  }
  const groups = [...found].map(([folder, group]) => ({ folder, count: group.length }))
  groups.sort((a, b) => b.count - a.count)
  return { groups, skipped }
}

/** A library as bundlers make it: many functions in one script, each of which uses some others. */
const makeLibrary = (size) => {
  const functions = Array.from(
    { length: size },
    (_, i) => `function f${i}(x) { return x > ${i} ? f${(i * 7) % size}(x - 1) + f${(i + 1) % size}(x - 2) : x }`,
  )
  return new Function(`${functions.join('\n')}\nreturn [f0, ${Array.from({ length: size }, (_, i) => `f${i}`).join(', ')}]`)()
}

/** What a worker shares with its program: `import 'joblet'` has loaded it before anything is sent. */
const loadedByImport = ['codec/wire', 'function/parcel/plain', 'function/revive/revive']
const machineryFiles = [...loadedByImport, 'function/describe/describe']

function entriesOf({ onResolve, onLoad }, sources) {
  onResolve({ filter: /^(base|machinery)$/ }, ({ path }) => ({ path, namespace: 'entry' }))
  onLoad({ filter: /./, namespace: 'entry' }, ({ path }) => ({ contents: sources[path], resolveDir: root, loader: 'ts' }))
}

/** The code under test, built from `src`. */
async function buildMachinery() {
  const [{ build }, { takeBuiltins }, { takeParser }, { compileAtOnce }] = await Promise.all([
    import('esbuild'),
    import('../../.build/builtins.mjs'),
    import('../../.build/parser.mjs'),
    import('../../.build/eager.mjs'),
  ])
  const folder = realpathSync(mkdtempSync(join(root, 'node_modules/.joblet-bench-')))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const exporting = (files) => files.map((file) => `export * from './src/${file}.ts'`).join('\n')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const entry = { name: 'entry', setup: (on) => entriesOf(on, { base: exporting(loadedByImport), machinery: exporting(machineryFiles) }) }
  await build({
    entryPoints: ['base', 'machinery'],
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    outdir: folder,
    plugins: [entry, takeBuiltins, takeParser],
    logLevel: 'error',
  })
  compileAtOnce(join(folder, 'base.js'), join(folder, 'machinery.js'))
  return pathToFileURL(join(folder, 'machinery.js')).href
}

/** Run in a process of its own: the first use, and what it leaves behind. */
async function firstUse(url) {
  const before = await loops()
  await import(new URL('base.js', url).href)
  const begun = performance.now()
  const machinery = await import(url)
  await machinery.prepareDescribe()
  machinery.encode(machinery.createDescriber().describe(makeClosure(1), 'a value'), true)
  const ms = performance.now() - begun
  const after = await loops()
  console.log(JSON.stringify({ ms, awaits: after.awaits / before.awaits, throws: after.throws / before.throws }))
}

/** Run in a process of its own: what the first use cannot do without, a parser and an inspector session. */
async function firstUseFloor() {
  const begun = performance.now()
  await import('acorn')
  const { createRequire } = await import('node:module')
  createRequire(import.meta.url)('node:inspector')
  bareInspection(makeClosure(1))
  console.log(JSON.stringify({ ms: performance.now() - begun }))
}

/** The least that shows what a function captured: a handle for it, its internal properties, the live scopes. Says how many ms one takes. */
function bareInspection(fn, rounds = 1) {
  const session = new Session()
  session.connect()
  const post = (method, params) => {
    let result
    session.post(method, params, (_, answer) => (result = answer))
    return result
  }
  const box = (globalThis.box = { in: fn, out: undefined })
  const { objectId } = post('Runtime.evaluate', { expression: 'box' }).result
  const ms = roundMs(rounds, () => {
    const call = { objectId, functionDeclaration: 'function(){return this.in}', objectGroup: 'bench', silent: true }
    const { internalProperties } = post('Runtime.getProperties', {
      objectId: post('Runtime.callFunctionOn', call).result.objectId,
      ownProperties: true,
    })
    post('Runtime.callFunctionOn', {
      objectId: internalProperties.find(({ name }) => name === '[[Scopes]]').value.objectId,
      functionDeclaration: 'function(box){box.out=this}',
      arguments: [{ objectId }],
      silent: true,
    })
    box.out.length
    if (rounds > 1) post('Runtime.releaseObjectGroup', { objectGroup: 'bench' })
  })
  session.disconnect()
  return ms
}

async function loops() {
  const rounds = { awaits: [], throws: [] }
  for (let round = 0; round < 7; round++) {
    const begun = performance.now()
    for (let i = 0; i < 100_000; i++) await null
    rounds.awaits.push(performance.now() - begun)
    rounds.throws.push(
      timed(() => {
        for (let i = 0; i < 20_000; i++) {
          try {
            throw new Error('x')
          } catch {}
        }
      }),
    )
  }
  return { awaits: Math.min(...rounds.awaits), throws: Math.min(...rounds.throws) }
}

function firstUses(...args) {
  const runs = Array.from({ length: 8 }, () => {
    const printed = execFileSync(process.execPath, [self, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    return { ...JSON.parse(printed.trim().split('\n').at(-1)), lines: printed.trim().split('\n').length }
  })
  return {
    ms: quartile(runs.map(({ ms }) => ms)),
    awaits: quartile(runs.map(({ awaits }) => awaits)),
    throws: quartile(runs.map(({ throws }) => throws)),
    lines: Math.max(...runs.map(({ lines }) => lines)),
  }
}

async function measure(url) {
  const { createDescriber, createReviver, encode, isPlain, prepareDescribe } = await import(url)
  await prepareDescribe()
  const warnings = []
  process.emitWarning = (message) => void warnings.push(message)
  const ship = (value) => encode(createDescriber().describe(value, 'a value'), true)
  const figures = []
  const figure = (name, value, limit, unit, floor) => figures.push({ name, value, limit, unit, floor })

  for (let i = 0; i < 50; i++) ship([makeClosure(i), twentyLines])
  figure(
    'a new closure',
    roundMs(400, (i) => ship(makeClosure(i))),
    0.25,
    'ms',
    bareInspection(makeClosure(0), 400),
  )
  figure(
    '20 lines with a helper and imports',
    roundMs(400, () => ship(twentyLines)),
    0.5,
    'ms',
    bareInspection(twentyLines, 400) + bareInspection(helper, 400),
  )
  const one = createDescriber()
  one.describe(twentyLines, 'a value')
  figure(
    'the same function again in a run',
    (roundMs(20, () => repeat(1_000, () => one.describe(twentyLines, 'a value'))) / 1_000) * 1_000,
    5,
    'us',
  )

  const library = makeLibrary(500)
  const floorMs = library.slice(0, 100).reduce((sum, fn) => sum + bareInspection(fn, 4), 0) * 5
  figure('a library of 500 functions, to inspecting each', roundMs(8, () => ship(library[0])) / floorMs, 1, '×')

  const many = createDescriber()
  const closures = Array.from({ length: 100_000 }, (_, i) => makeClosure(i))
  const parcels = []
  figure(
    '100,000 closures of one text: describing one',
    timed(() => closures.forEach((fn) => parcels.push(many.describe(fn, 'a value')))) / 100,
    250,
    'us',
  )
  figure('… warnings', warnings.length, 1, '')
  const reviver = createReviver()
  const begun = performance.now()
  for (const parcel of parcels) await reviver.revive(parcel)
  figure('… reviving one, which compiles nothing', (performance.now() - begun) / 100, 25, 'us')

  const { ms, awaits, throws, lines } = firstUses('--first-use', url)
  figure('first use', ms, Number(process.versions.node.split('.')[0]) < 22 ? 45 : 20, 'ms', firstUses('--first-use-floor').ms)
  figure('await loop after it, to before', awaits, 1.1, '×')
  figure('throw loop after it, to before', throws, 1.1, '×')
  figure('lines printed by it', lines - 1, 0, '')

  const records = Array.from({ length: 10_000 }, (_, i) => ({ id: i, name: `n${i}`, on: i % 2 === 0 }))
  const [bare, ours] = alternate(
    15,
    () => serialize(records),
    () => isPlain([records]) && encode([records], true),
  )
  figure('10,000 small objects, to v8.serialize', ours / bare, 1.7, '×')
  const numbers = new Float64Array(1_000_000)
  const [copy, sent] = alternate(
    15,
    () => numbers.slice(),
    () => isPlain([numbers]) && encode([numbers], true),
  )
  figure('8 MB of numbers, above a copy', sent - copy, 5, 'ms')
  const captured = Array.from({ length: 100_000 }, (_, i) => ({ i, at: [i] }))
  const [serialized, shipped] = alternate(
    12,
    () => serialize(captured),
    () => ship(() => captured.length),
  )
  figure('100,000 captured objects', shipped, 100, 'ms', serialized)
  return figures
}

function repeat(times, work) {
  for (let i = 0; i < times; i++) work()
}

/** Lower quartiles of two works that take turns, so that both see the same machine. */
function alternate(rounds, a, b) {
  const times = Array.from({ length: rounds }, () => [timed(a), timed(b)])
  return [quartile(times.map(([first]) => first)), quartile(times.map(([, second]) => second))]
}

async function report(url) {
  const figures = await measure(url)
  console.log(`Node ${process.version}`)
  for (const { name, value, limit, unit, floor } of figures) {
    const against = floor === undefined ? '' : `  ${(value / floor).toFixed(1)} × a floor of ${floor.toFixed(2)}`
    console.log(
      `${value <= limit ? ' ' : '!'} ${name.padEnd(48)} ${value.toFixed(2).padStart(9)} ${unit.padEnd(2)}  limit ${String(limit).padEnd(4)}${against}`,
    )
  }
  process.exitCode = figures.every(({ value, limit }) => value <= limit) ? 0 : 1
}

async function reportEach() {
  const url = await buildMachinery()
  const { JOBLET_BENCH_NODE: second } = process.env
  const codes = [process.execPath, ...(second ? [second] : [])].map(
    (node) => spawnSync(node, [self, '--report', url], { stdio: 'inherit' }).status,
  )
  process.exitCode = codes.every((code) => code === 0) ? 0 : 1
}

const modes = { '--first-use': firstUse, '--first-use-floor': firstUseFloor, '--report': report }
await (modes[process.argv[2]] ?? reportEach)(process.argv[3])
