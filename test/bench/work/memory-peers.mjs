/** Hits in what others keep on disk: `node memory-peers.mjs <package> <folder> <count>`. Prints the median of a hit, for a number and a record, in microseconds. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [name = '', folder = '', count = '0'] = process.argv.slice(2)
const calls = Number(count)
const peers = process.env.JOBLET_BENCH_PEERS ?? process.cwd()

/** A package as an ES module, from a folder that is not ours. */
function load(specifier) {
  const folder = join(peers, 'node_modules', specifier)
  const { exports, module, main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  let entry = exports?.['.'] ?? exports ?? module ?? main
  while (typeof entry === 'object') entry = entry.import ?? entry.default
  return import(pathToFileURL(join(folder, entry)).href)
}

const record = (i) => ({ id: i, name: `record ${i}`, tags: ['a', 'b'], text: 'x'.repeat(900), at: [i, i + 1] })
const number = (i) => i * 1.5

const makers = {
  // A file for each function, which is read and written whole.
  keyv: async (fn) => {
    const [{ default: Keyv }, { KeyvFile }] = [await load('keyv'), await load('keyv-file')]
    const keyv = new Keyv({ store: new KeyvFile({ filename: join(folder, `${fn.name}.json`), writeDelay: 0 }) })
    return async (i) => {
      const found = await keyv.get(String(i))
      if (found !== undefined) return found
      const made = fn(i)
      await keyv.set(String(i), made)
      return made
    }
  },
  'memoize-fs': async (fn) => {
    const { default: memoizeFs } = await load('memoize-fs')
    return memoizeFs({ cachePath: join(folder, fn.name) }).fn(fn)
  },
}

const found = {}
for (const fn of [number, record]) {
  const cached = await makers[name](fn)
  for (let i = 0; i < calls; i++) await cached(i)
  const times = []
  for (let i = 0; i < calls; i++) {
    const begun = performance.now()
    await cached(i)
    times.push((performance.now() - begun) * 1e3)
  }
  found[fn.name] = times.sort((a, b) => a - b)[calls >> 1]
}
console.log(JSON.stringify(found))
process.exit()
