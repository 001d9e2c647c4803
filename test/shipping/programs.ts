/** One program in every form in which people run theirs. It ships all cases; see `test/fixtures/shipping/program.ts`. */
import { execFile } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { type BuildOptions, build, transformSync } from 'esbuild'
import type { Report } from '../fixtures/shipping/program.js'
import { link, root } from '../support/consumer.js'

const fixtures = join(root, 'test/fixtures/shipping')

/** What a program printed. */
export interface Ran extends Report {
  readonly file: string
  /** How often the program's script was started, workers included. */
  readonly starts: number
}

/** Writes the program into an empty folder; gives the arguments for Node, the program's file last. */
type Form = (folder: string) => readonly string[] | Promise<readonly string[]>

/** Ways to write and to start a program. */
export const forms: Readonly<Record<string, Form>> = {
  'an ES module': (folder) => [writeModules(folder)],
  'a CommonJS module': (folder) => ['--no-warnings', writeCommon(folder)],
  'TypeScript under tsx': (folder) => ['--import', 'tsx', writeTypeScript(folder, 'module')],
  'TypeScript under tsx, as CommonJS': (folder) => ['--import', 'tsx', writeTypeScript(folder, 'commonjs')],
  'an ES module with joblet bundled in, minified': (folder) => bundle(folder, { format: 'esm', minify: true, outfile: 'program.mjs' }),
  'a CommonJS module with joblet bundled in': (folder) => bundle(folder, { format: 'cjs', outfile: 'program.cjs' }),
  ...((process.features as { typescript?: unknown }).typescript
    ? { 'TypeScript under Node itself': (folder: string) => ['--no-warnings', writeTypeScript(folder, 'module', '.ts')] }
    : {}),
}

/** Write a form of the program into the empty `folder`, and run it. */
export async function runForm(form: Form, folder: string): Promise<Ran> {
  for (const name of ['joblet', 'tsx']) link(folder, name)
  const args = await form(folder)
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env: environment(), timeout: 60_000 })
  const lines = stdout.trim().split('\n')
  const starts = lines.filter((line) => line === 'started').length
  return { ...(JSON.parse(lines.at(-1) ?? '') as Report), file: args.at(-1) ?? '', starts }
}

const scripts = ['program.ts', 'cases.ts', 'values.ts', 'throwers.ts', 'throws.ts']
const modules = ['common.cjs', 'data.json', 'default-arrow.mjs', 'exports.mjs', 'helpers.mjs', 'loads.mjs']
const read = (name: string): string => readFileSync(join(fixtures, name), 'utf8')

/** `code` with its imports of other scripts as their files are called. */
const importing = (code: string, extension: string): string => code.replace(/(['"]\.\/\w+)\.js(?=['"])/g, `$1${extension}`)

function copyModules(folder: string): void {
  for (const name of modules) cpSync(join(fixtures, name), join(folder, name))
}

/** The types taken off, nothing else. */
function writeModules(folder: string): string {
  copyModules(folder)
  for (const name of scripts) {
    const { code } = transformSync(read(name), { loader: 'ts', format: 'esm', target: 'node20.19' })
    writeFileSync(join(folder, name.replace('.ts', '.mjs')), importing(code, '.mjs'))
  }
  return join(folder, 'program.mjs')
}

// What bundlers put in the place of `import.meta.url` where there is none.
const metaUrl = { name: 'importMetaUrl', text: `const importMetaUrl = require('node:url').pathToFileURL(__filename).href;` }

/** As a compiler for CommonJS writes it: `import` becomes `require`. */
function writeCommon(folder: string): string {
  copyModules(folder)
  for (const name of [...scripts, ...modules.filter((module) => module.endsWith('.mjs'))]) {
    const { code } = transformSync(read(name), {
      loader: 'ts',
      format: 'cjs',
      target: 'node20.19',
      define: { 'import.meta.url': metaUrl.name },
    })
    const text = metaUrl.text + code.replace(/require\("\.\/([\w-]+)\.m?js"\)/g, 'require("./$1.cjs")')
    writeFileSync(join(folder, name.replace(/\.m?[jt]s$/, '.cjs')), text)
  }
  return join(folder, 'program.cjs')
}

/** As it is; `extension` is what Node itself wants an import to end with. */
function writeTypeScript(folder: string, type: 'module' | 'commonjs', extension = '.js'): string {
  copyModules(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }))
  for (const name of scripts) writeFileSync(join(folder, name), importing(read(name), extension))
  return join(folder, 'program.ts')
}

async function bundle(
  folder: string,
  { outfile, ...options }: BuildOptions & { outfile: string; format: 'esm' | 'cjs' },
): Promise<string[]> {
  copyModules(folder)
  const file = join(folder, outfile)
  await build({
    ...options,
    entryPoints: [join(fixtures, 'program.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    logLevel: 'error',
    ...(options.format === 'cjs' && { define: { 'import.meta.url': metaUrl.name }, banner: { js: metaUrl.text } }),
  })
  return [file]
}

/** Vitest's own settings are not for the programs. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env
  return { ...env, JOBLET_WORKER_URL: pathToFileURL(join(root, 'dist/worker.js')).href }
}
