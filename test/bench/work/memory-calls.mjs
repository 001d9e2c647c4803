/**
 * Calls of cached functions, one by one, in a process of their own: `node memory-calls.mjs <folder> <count>`. Prints medians in microseconds, of
 * the second half of the calls: by then the engine has compiled what runs. What somebody does by hand instead takes turns with the calls: a file
 * for each result, written where there is none yet, and read and decoded where there is.
 */
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deserialize, serialize } from 'node:v8'
import { Memory } from '../../../dist/index.js'

const [folder = '', count = '0'] = process.argv.slice(2)
const calls = Number(count)
const memory = Memory({ location: folder })
const config = { factor: 1.5 }
const functions = {
  number: (i) => i * 1.5,
  record: (i) => ({ id: i, name: `record ${i}`, tags: ['a', 'b'], text: 'x'.repeat(900), at: [i, i + 1] }),
  captured: (i) => i * config.factor,
}
const large = memory.cache((i) => new Float64Array(1_000_000).fill(i), { name: 'large' })

const median = (times) => times.sort((a, b) => a - b)[times.length >> 1]

async function timed(work) {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) * 1e3
}

/** Medians of works that take turns. */
async function measure(rounds, ...works) {
  const times = works.map(() => [])
  for (let i = 0; i < rounds; i++) for (const [at, work] of works.entries()) times[at].push(await timed(() => work(i)))
  return times.map((all) => median(all.slice(rounds / 2)))
}

/**
 * The same, of calls that were given memory which somebody had given back. To whom the system gives new pages instead is chance where two take turns,
 * and for 8 MB they cost more than all the rest. They take turns by the dozen: V8 collects at every fourth array of 8 MB, 0.5 to 1.5 ms, and one by
 * one it would always be the same of two that pays.
 */
async function measureOnOldPages(rounds, ...works) {
  const times = works.map(() => [])
  for (let i = 0; i < rounds; i += 12) {
    for (const [at, work] of works.entries()) {
      for (let call = 0; call < 12; call++) {
        const before = process.resourceUsage().minorPageFault
        const time = await timed(work)
        if (process.resourceUsage().minorPageFault - before < 100) times[at].push(time)
      }
    }
  }
  return times.map((all) => median(all.slice(all.length / 2)))
}

/** The result of a call, in a file: read with as few system calls as can be. */
function byHand(name, i) {
  const path = join(folder, 'by-hand', name, String(i))
  let file
  try {
    file = openSync(path)
  } catch {
    return writeFileSync(path, serialize(functions[name](i)))
  }
  const bytes = Buffer.allocUnsafe(fstatSync(file).size)
  readSync(file, bytes)
  closeSync(file)
  return deserialize(bytes)
}

/** The entries of a function as they lie there; none in the first run. */
function filesOf(name) {
  const entries = join(folder, 'joblet-1/entries')
  try {
    const all = readdirSync(entries, { recursive: true, withFileTypes: true }).filter((found) => found.isFile())
    return all.map((found) => join(found.parentPath, found.name)).filter((path) => path.startsWith(join(entries, name)))
  } catch {
    return []
  }
}

const found = {}
for (const [name, work] of Object.entries(functions)) {
  mkdirSync(join(folder, 'by-hand', name), { recursive: true })
  const fn = memory.cache(work, { name })
  const [first, bare] = await measure(calls, fn, (i) => byHand(name, i))
  const [second] = await measure(calls, fn)
  const { hits, misses } = await fn.stats()
  found[name] = { first, second, bare, hits, misses }
}
await large(1)
// The very file that is hit: how fast one is read also depends on where the system keeps its pages.
const [file = fileURLToPath(import.meta.url)] = filesOf('large')
const [hit, bare] = await measureOnOldPages(
  200,
  () => large(1),
  () => readFileSync(file),
)
found.large = { hit, bare }
console.log(JSON.stringify(found))
