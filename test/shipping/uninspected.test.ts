/** Where Node keeps its inspector shut, captured variables cannot be read: what travels then, and what is said about the rest. */
import { execFile } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyFolder, link, removeFolder, root } from '../support/consumer.js'

let folder: string
beforeAll(() => {
  folder = emptyFolder('uninspected')
  link(folder, 'joblet')
  for (const name of ['helpers.mjs', 'exports.mjs']) cpSync(join(root, 'test/fixtures/shipping', name), join(folder, name))
})
afterAll(() => removeFolder(folder))

const permission = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission'
const readsAll = [permission, '--allow-fs-read=*', '--allow-worker', '--no-warnings']

const head = `
import { basename } from 'node:path'
import { Parallel, delayed } from 'joblet'
import { triple } from './exports.mjs'
import { rescale } from './helpers.mjs'
const run = Parallel({ nJobs: 2 })
const give = async (fn, ...args) => (await run([delayed(fn)(...args)]))[0]
const k = 5
`

/** What `body` prints. */
async function printed(body: string, flags = readsAll): Promise<string> {
  const file = join(folder, 'program.mjs')
  writeFileSync(file, `${head}${body}\nawait run.close()\n`)
  return (await promisify(execFile)(process.execPath, [...flags, file], { cwd: folder, timeout: 30_000 })).stdout.trim()
}

test('exported functions travel by reference', async () => {
  expect(await printed('console.log(await give(triple, 2))')).toBe('6')
})

test('functions that use globals and imports travel by value', async () => {
  expect(await printed("console.log(await give((x) => Math.max(rescale(x), 1) + basename('/a/b'), 2))")).toBe('14b')
})

test('values, classes and recursion need no inspector', async () => {
  const body = `
    class Dog { constructor(name) { this.name = name } speak() { return this.name } }
    const [rex] = await give((dogs) => dogs, [new Dog('rex')])
    console.log(rex.speak(), rex instanceof Dog, await give(function f(n) { return n < 2 ? 1 : n * f(n - 1) }, 4))`

  expect(await printed(body)).toBe('rex true 24')
})

test('a captured variable is an error that names it', async () => {
  expect(await printed('await give(() => k).catch((error) => console.log(error.message))')).toMatch(
    /it uses 'k' from around it, which cannot be read here .*; pass the values as arguments, or export the function/,
  )
})

const readable = () => [root, folder, '/proc'].map((path) => `--allow-fs-read=${path}`)
const noFolders = () => [permission, ...readable(), '--allow-child-process', '--no-warnings']

test('a program that may not look where files for processes lie does without them', async () => {
  const flags = [...noFolders(), '--allow-worker']
  const body = `
    import { shared } from 'joblet'
    const processes = Parallel({ nJobs: 1, backend: 'processes' })
    const lengths = [new Uint8Array(2e6), shared(new Uint8Array(3e6))]
    console.log(await processes(lengths.map((array) => delayed((bytes) => bytes.length)(array))))
    await processes.close()`
  expect(await printed(body, flags)).toBe('[ 2000000, 3000000 ]')
})

test('processes that may not have a thread say what is missing', async () => {
  const body = `
    const processes = Parallel({ nJobs: 1, backend: 'processes' })
    await processes([delayed(triple)(2)]).catch((error) => console.log(error.message))`
  expect(await printed(body, noFolders())).toMatch(/^cannot start a worker: Access to this API has been restricted.*; see its output/)
})
