/** A module that starts a run at its top would, if workers that import it did so too, start workers without end. */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyFolder, link, removeFolder } from '../support/consumer.js'

let folder: string
beforeAll(() => {
  folder = emptyFolder('loading')
  link(folder, 'joblet')
})
afterAll(() => removeFolder(folder))

/** How a task may need the module: by its function, by the class of an argument, by the initializer of its worker. */
const needs = {
  function: ['{}', '[1, 2].map((x) => delayed(double)(x))'],
  argument: ['{}', '[1, 2].map((x) => delayed((box) => box.x)(new Box(x)))'],
  initializer: ['{ initializer: prepare }', '[1, 2].map((x) => delayed((x) => x)(x))'],
} as const

const body = (need: keyof typeof needs, backend: string): string => `
appendFileSync(${JSON.stringify(join(folder, 'loads.txt'))}, 'x')
class Box { constructor(x) { this.x = x } }
const double = (x) => 2 * x
const prepare = () => 1
const runAll = () => Parallel({ nJobs: 2, backend: '${backend}', ...${needs[need][0]} })(${needs[need][1]})
`

const modules = {
  'an ES module': (need: keyof typeof needs, backend: string) => [
    `import { appendFileSync } from 'node:fs'
     import { Parallel, delayed } from 'joblet'
     export { Box, double, prepare }
     ${body(need, backend)}
     export const results = await runAll()`,
    `import('./starts.mjs').then(({ results }) => console.log(results), (error) => console.log(error.code, error.message))`,
    'mjs',
  ],
  'a CommonJS module': (need: keyof typeof needs, backend: string) => [
    `const { appendFileSync } = require('node:fs')
     const { Parallel, delayed } = require('joblet')
     ${body(need, backend)}
     Object.assign(exports, { Box, double, prepare })
     exports.results = runAll()`,
    `require('./starts.cjs').results.then(console.log, (error) => console.log(error.code, error.message))`,
    'cjs',
  ],
}

const cases = (['threads', 'processes'] as const).flatMap((backend) =>
  Object.entries(modules).flatMap(([kind, write]) =>
    (['function', 'argument', 'initializer'] as const).map((need) => ({ backend, kind, need, write })),
  ),
)

test.each(cases)('$kind that starts a run at its top, and whose $need $backend need, gets an error', async ({ need, backend, write }) => {
  const [text = '', main = '', extension] = write(need, backend)
  writeFileSync(join(folder, 'loads.txt'), '')
  writeFileSync(join(folder, `starts.${extension}`), text)
  writeFileSync(join(folder, `main.${extension}`), main)

  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, `main.${extension}`)], { cwd: folder, timeout: 20_000 })

  expect(stdout).toMatch(/^ERR_CONTEXT cannot start a run while a worker loads a module: .*; start it from a function/)
  // Here, and at most once in each worker.
  expect(readFileSync(join(folder, 'loads.txt'), 'utf8')).toMatch(/^x{2,3}$/)
})
