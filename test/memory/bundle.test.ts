/** Cached functions in a program that a bundler has put into two files. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, expect, test } from 'vitest'
import { emptyFolder, link, removeFolder } from '../support/consumer.js'
import { printed } from './folder.js'

const folder = emptyFolder('memory-bundle')
afterAll(() => removeFolder(folder))

const program = `
  import { Memory, Parallel, delayed } from 'joblet'
  const story = []
  const memory = Memory({ location: new URL('./cache', import.meta.url), onEvent: ({ type }) => story.push(type) })
  const config = { factor: 2 }
  const cached = memory.cache(function twice(n) { return n * config.factor })
  const found = [await cached(1), await cached(1)]
  for (const backend of ['threads', 'processes']) {
    const parallel = Parallel({ nJobs: 2, backend, workerUrl: new URL('./worker.js', import.meta.url) })
    found.push(await parallel([1, 2, backend.length].map((n) => delayed(cached)(n))))
    await parallel.close()
  }
  console.log(JSON.stringify({ found, story, items: (await memory.stats()).items }))`

test('a bundle remembers, on the spot and in bundled workers', async () => {
  for (const name of ['joblet', 'acorn', 'lru-cache', 'tinypool']) link(folder, name)
  writeFileSync(join(folder, 'main.js'), program)
  writeFileSync(join(folder, 'worker.js'), "export { default } from 'joblet/worker'")
  mkdirSync(join(folder, 'out'))
  await build({
    entryPoints: [join(folder, 'main.js'), join(folder, 'worker.js')],
    outdir: join(folder, 'out'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  expect(await printed([join(folder, 'out/main.js')])).toEqual({
    found: [2, 2, [2, 4, 14], [2, 4, 18]],
    story: ['miss', 'computed', 'stored', 'hit', 'hit', 'hit', 'hit'],
    items: 4,
  })
})
