/** The tarball, installed in an empty folder, does what the guide says, from wherever a user may write it. */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build, transformSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emptyFolder, installTarball, link, removeFolder, root } from '../support/consumer.js'
import { expected } from './expected.js'

// Another Node to try the package with, such as the next release line; the tools of this repository keep to their own.
const node = process.env['JOBLET_TEST_NODE'] ?? process.execPath
const runsTypeScript = Number(await stdoutOf(node, ['-p', 'parseInt(process.versions.node)'], root)) >= 24
const folder = emptyFolder('packed')

const source = readFileSync(join(root, 'test/package/forms.ts'), 'utf8')
const javascript = transformSync(source, { loader: 'ts', format: 'esm', target: 'node20' }).code
const asCommonJs = javascript.replaceAll(/^import (.*) from (.*);$/gm, 'const $1 = require($2);').replace(/^export \{[^}]*\};?$/m, '')
const print = '\nforms(process.env.FORMS_WORKER).then((found) => console.log(JSON.stringify(found)))\n'
const printTyped = "\nforms(process.env['FORMS_WORKER']).then((found) => console.log(JSON.stringify(found)))\n"
const assertion = `\ntest('every form', async () => { expect(await forms(undefined)).toEqual(${JSON.stringify(expected)}) }, 60_000)\n`

async function stdoutOf(command: string, args: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<string> {
  const options = { cwd, env: { ...process.env, NODE_OPTIONS: '', ...env }, timeout: 60_000 }
  const { stdout } = await promisify(execFile)(command, args, options).catch((error) => {
    throw new Error(`${error.message}\n${error.stdout}`)
  })
  return stdout
}

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
const found = async (...args: string[]): Promise<unknown> => JSON.parse(await stdoutOf(node, args, folder))

async function bundle(format: 'esm' | 'cjs', extension: string): Promise<void> {
  await build({
    absWorkingDir: folder,
    entryPoints: { [`app-${format}`]: 'forms.ts', [`worker-${format}`]: 'joblet/worker' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    outdir: 'bundled',
    outExtension: { '.js': extension },
    logLevel: 'error',
  })
}

beforeAll(() => {
  installTarball(folder)
  write('forms.mjs', javascript + print)
  write('forms.cjs', asCommonJs + print)
  write('forms.ts', source + printTyped)
  write('forms.test.ts', `import { expect, test } from 'vitest'\n${source}${assertion}`)
  write('tsconfig.json', readFileSync(join(root, 'tsconfig.json'), 'utf8').replace(/"include": .*\]/, '"files": ["forms.ts"]'))
  for (const name of ['vitest', '@types/node']) link(folder, name)
}, 120_000)

afterAll(() => removeFolder(folder))

describe('each form runs, with equal results on each backend', () => {
  test('from .mjs', async () => {
    expect(await found('forms.mjs')).toEqual(expected)
  }, 60_000)

  test('from .cjs, with require', async () => {
    expect(await found('forms.cjs')).toEqual(expected)
  }, 60_000)

  test('from TypeScript, through tsx', async () => {
    expect(await found(join(root, 'node_modules/tsx/dist/cli.mjs'), 'forms.ts')).toEqual(expected)
  }, 60_000)

  test.runIf(runsTypeScript)(
    'from TypeScript, as Node itself runs it',
    async () => {
      expect(await found('forms.ts')).toEqual(expected)
    },
    60_000,
  )

  test.each([
    ['esm', '.mjs'],
    ['cjs', '.cjs'],
  ] as const)(
    'from an esbuild bundle (%s) with workerUrl',
    async (format, extension) => {
      await bundle(format, extension)
      const stdout = await stdoutOf(node, [`bundled/app-${format}${extension}`], folder, {
        FORMS_WORKER: `bundled/worker-${format}${extension}`,
      })
      expect(JSON.parse(stdout)).toEqual(expected)
    },
    60_000,
  )

  test('from a vitest test', async () => {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    expect(await stdoutOf(node, [vitest, 'run', '--root', folder, 'forms.test.ts'], folder, { NO_COLOR: '1' })).toContain('1 passed')
  }, 90_000)
})

test('its types are right for a strict TypeScript program', async () => {
  expect(await stdoutOf(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], folder)).toBe('')
}, 60_000)

test('a bundled app without workerUrl is told what to do', async () => {
  await bundle('esm', '.mjs')
  await expect(stdoutOf(node, ['bundled/app-esm.mjs'], folder)).rejects.toThrow('workerUrl')
}, 60_000)
