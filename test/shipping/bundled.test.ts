/** A CommonJS bundle with joblet in it, made with no help: no `define`, no banner, no `workerUrl`. */
import { execFile } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { emptyFolder, link, removeFolder } from '../support/consumer.js'

const program = `
  import { delayed, Parallel } from 'joblet'
  const by = 3
  const times = (n) => n * by
  async function main() {
    const found = {}
    for (const backend of ['sequential', 'threads', 'processes'])
      found[backend] = await Parallel({ nJobs: 2, backend }).map([1, 2], times).catch(({ name, message }) => ({ name, message }))
    // Here, joblet's own functions are no module's.
    found.nested = await Parallel({ nJobs: 2 })([delayed(() => Parallel({ nJobs: 1 }).map([1], times))()]).catch(({ name }) => ({ name }))
    console.log(JSON.stringify(found))
  }
  void main()`

async function bundled(folder: string): Promise<string> {
  link(folder, 'joblet')
  const outfile = join(folder, 'app.cjs')
  const stdin = { contents: program, resolveDir: folder }
  await build({ stdin, outfile, bundle: true, format: 'cjs', platform: 'node', target: 'node20.19', logLevel: 'error' })
  return outfile
}

async function run(file: string): Promise<unknown> {
  const { NODE_OPTIONS: _, ...env } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env, timeout: 30_000 })
  return JSON.parse(stdout) as unknown
}

function folderOf(name: string): string {
  const folder = emptyFolder(name)
  onTestFinished(() => removeFolder(folder))
  return folder
}

test('where joblet is installed too, it finds its workers', async () => {
  const file = await bundled(folderOf('bundled'))

  expect(await run(file)).toEqual({ sequential: [3, 6], threads: [3, 6], processes: [3, 6], nested: [[3]] })
})

test('where it is not, it says which option names them, and runs what needs none', async () => {
  const file = join(folderOf('alone'), 'app.cjs')
  cpSync(await bundled(folderOf('bundled')), file)

  const told = { name: 'OptionError', message: expect.stringMatching(/worker file is not at .*; in a bundled app, set `workerUrl`/) }
  expect(await run(file)).toEqual({ sequential: [3, 6], threads: told, processes: told, nested: { name: 'OptionError' } })
})
