/** The shipping cases as programs of every kind, in a folder of their own, beside a build of the machinery. */
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build, transformSync } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const fixtures = join(root, 'test/fixtures/shipping')
const run = promisify(execFile)

/** Programs by kind, and a way to run them. */
export interface Programs {
  readonly folder: string
  readonly files: Readonly<Record<'esm' | 'cjs' | 'bundle' | 'minified' | 'tsx', readonly string[]>>
  /** Arguments for node; what it printed. */
  run(args: readonly string[]): Promise<string>
  remove(): void
}

/** Build everything; takes about half a second. */
export async function buildPrograms(): Promise<Programs> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'joblet-shipping-')))
  for (const name of ['esm', 'cjs']) mkdirSync(join(folder, name))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  await buildMachinery(folder)
  writeModules(join(folder, 'esm'))
  writeCommon(join(folder, 'cjs'))
  await build({ ...common, entryPoints: [join(fixtures, 'main.ts')], format: 'esm', outfile: join(folder, 'esm/bundle.mjs') })
  await build({
    ...common,
    entryPoints: [join(fixtures, 'main.ts')],
    format: 'esm',
    minify: true,
    outfile: join(folder, 'esm/minified.mjs'),
  })
  return {
    folder,
    files: {
      esm: [join(folder, 'esm/main.mjs')],
      cjs: [join(folder, 'cjs/main.cjs')],
      bundle: [join(folder, 'esm/bundle.mjs')],
      minified: [join(folder, 'esm/minified.mjs')],
      tsx: ['--import', 'tsx', join(fixtures, 'main.ts')],
    },
    run: async (args) => (await run(process.execPath, [...args], { cwd: root, env: plainEnv() })).stdout.trim(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const common = { bundle: true, platform: 'node', target: 'node20.19', logLevel: 'error' } as const

async function buildMachinery(folder: string): Promise<void> {
  const entryPoints = { machinery: join(fixtures, 'machinery.ts'), worker: join(fixtures, 'worker.ts') }
  await build({
    ...common,
    entryPoints,
    splitting: true,
    format: 'esm',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    external: ['acorn', 'lru-cache'],
  })
}

function writeModules(folder: string): void {
  for (const file of ['helpers.mjs', 'exports.mjs']) copyFileSync(join(fixtures, file), join(folder, file))
  for (const name of ['main', 'cases']) {
    const { code } = transformSync(read(`${name}.ts`), { loader: 'ts', format: 'esm', target: 'node20' })
    writeFileSync(join(folder, `${name}.mjs`), code.replaceAll('./cases.js', './cases.mjs'))
  }
}

/** As a compiler for CommonJS writes them: `import` becomes `require`. */
function writeCommon(folder: string): void {
  for (const file of ['main.ts', 'cases.ts', 'helpers.mjs', 'exports.mjs']) {
    const { code } = transformSync(read(file), {
      loader: 'ts',
      format: 'cjs',
      target: 'node20',
      define: { 'import.meta.url': 'importMetaUrl' },
    })
    const url = `const importMetaUrl = require('node:url').pathToFileURL(__filename).href;`
    writeFileSync(
      join(folder, file.replace(/\.m?[jt]s$/, '.cjs')),
      url + code.replace(/require\("\.\/(\w+)\.m?js"\)/g, 'require("./$1.cjs")'),
    )
  }
}

const read = (file: string): string => readFileSync(join(fixtures, file), 'utf8')

/** Vitest's own settings are not for the programs. */
function plainEnv(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env
  return env
}
