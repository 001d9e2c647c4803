/** Well-known libraries travel: imported from `node_modules`, and bundled into the program, where nothing of them is a module any more. */
import { execFile } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { beforeAll, describe, expect, test } from 'vitest'
import { emptyFolder, link, removeFolder, root } from '../support/consumer.js'

const libraries = ['ajv', 'dayjs', 'lodash', 'temporal-polyfill', 'zod']
const program = join(root, 'test/fixtures/libraries/program.mjs')

type Found = Record<string, unknown>

async function run(file: string, ...args: readonly string[]): Promise<Found> {
  const { NODE_OPTIONS: _, ...env } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', file, ...args], { env, timeout: 90_000 })
  return JSON.parse(stdout) as Found
}

const zod = {
  captured: { name: 'Ada', born: '1970-01-01T00:00:00.000Z', tags: ['math'], letters: 3 },
  argument: false,
  returned: [true, false, true],
  error: [true, expect.arrayContaining(['name', 'tags'])],
}

const expected: Found = {
  'zod 4': zod,
  'zod 3': zod,
  ajv: { captured: [false, 3], itself: true, instance: false },
  dayjs: { captured: '29.03.2024', returned: [true, '2025-02-28'] },
  'dayjs with a plugin': 1.5,
  Temporal: { captured: '2024-02-29T11:00:00+01:00[Europe/Berlin]', returned: [true, '2025-02-28'], class: 60 },
  lodash: {
    captured: [[1, 2], [3]],
    chained: [6, 4],
    made: [3, 9],
    merged: { a: [{ b: 2, c: 3 }] },
  },
}

function folderWith(names: readonly string[]): string {
  const folder = emptyFolder('libraries')
  for (const name of names) link(folder, name)
  return folder
}

describe.each(['threads', 'processes'])('from node_modules, on %s', (backend) => {
  let found: Found
  beforeAll(async () => {
    const folder = folderWith(['joblet', ...libraries])
    const file = join(folder, 'program.mjs')
    copyFileSync(program, file)
    found = await run(file, backend)
    return () => removeFolder(folder)
  }, 90_000)

  test.each(Object.keys(expected))('%s travels', (name) => {
    expect(found[name]).toEqual(expected[name])
  })
})

describe.each(['esm', 'cjs'] as const)('bundled by esbuild, as %s', (format) => {
  let file: string
  beforeAll(async () => {
    const folder = folderWith(['joblet', ...libraries])
    file = join(folder, format === 'esm' ? 'bundled.mjs' : 'bundled.cjs')
    await bundle(folder, file, format)
    return () => removeFolder(folder)
  }, 90_000)

  test.each(['threads', 'processes'])(
    'they travel by value on %s',
    async (backend) => {
      const names = Object.keys(expected).filter((name) => name !== 'dayjs with a plugin' && !name.startsWith('zod'))

      expect(await run(file, backend, names.join())).toEqual(Object.fromEntries(names.map((name) => [name, expected[name]])))
    },
    90_000,
  )
})

/** All in one file, but for joblet, and zod, which comes to 2,300 functions that take seconds. */
async function bundle(folder: string, outfile: string, format: 'esm' | 'cjs'): Promise<void> {
  const entry = join(folder, 'program.mjs')
  copyFileSync(program, entry)
  await build({
    entryPoints: [entry],
    outfile,
    format,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    external: ['joblet', 'zod'],
    // `import.meta` is empty in CommonJS; what uses it is not run there.
    logLevel: 'error',
  })
}
