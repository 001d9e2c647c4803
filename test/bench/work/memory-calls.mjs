/**
 * Calls of cached functions, one by one, in a process of their own: `node memory-calls.mjs <folder> <count>`. Prints medians in microseconds, of
 * the second half of the calls: by then the engine has compiled what runs.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { Memory } from '../../../dist/index.js'

const [folder = '', count = '0'] = process.argv.slice(2)
const calls = Number(count)
const memory = Memory({ location: folder })
const config = { factor: 1.5 }
const functions = {
  number: memory.cache((i) => i * 1.5, { name: 'number' }),
  record: memory.cache((i) => ({ id: i, name: `record ${i}`, tags: ['a', 'b'], text: 'x'.repeat(900), at: [i, i + 1] }), {
    name: 'record',
  }),
  captured: memory.cache((i) => i * config.factor, { name: 'captured' }),
}

const median = (times) => [...times].sort((a, b) => a - b)[times.length >> 1]

async function measure(work) {
  const times = []
  for (let i = 0; i < calls; i++) {
    const begun = performance.now()
    await work(i)
    times.push((performance.now() - begun) * 1e3)
  }
  return median(times.slice(calls / 2))
}

function bareRead(path) {
  const file = openSync(path)
  const bytes = Buffer.allocUnsafe(fstatSync(file).size)
  readSync(file, bytes)
  closeSync(file)
}

const found = {}
for (const [name, fn] of Object.entries(functions)) {
  const first = await measure(fn)
  const second = await measure(fn)
  const { hits, misses } = await fn.stats()
  found[name] = { first, second, hits, misses }
}
found.bare = await measure(() => bareRead(new URL(import.meta.url).pathname))
console.log(JSON.stringify(found))
