/** A file of `src` that plain Node can load: for processes that a test starts, of parts that the package does not export. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll } from 'vitest'
import { root } from './consumer.js'

const made: string[] = []

afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Its URL; the file is removed after the tests of this file. */
export async function bundleOf(name: string): Promise<string> {
  const folder = mkdtempSync(join(root, 'node_modules/.joblet-test-'))
  made.push(folder)
  const outfile = join(folder, 'bundle.mjs')
  await build({
    entryPoints: [join(root, `src/${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'error',
  })
  return pathToFileURL(outfile).href
}
