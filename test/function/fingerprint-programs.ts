/** The fingerprint fixtures as programs of every kind, in a folder of their own, beside a build of the machinery. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build, transformSync } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const fixtures = join(root, 'test/fixtures/fingerprint')
const run = promisify(execFile)
const sources = readdirSync(fixtures).filter((file) => file !== 'machinery.ts')

/** A folder with the machinery, and what runs there. */
export interface Programs {
  readonly folder: string
  readonly machinery: string
  /** Digests by name, as a program prints them. */
  digests(args: readonly string[], node?: string): Promise<Record<string, string>>
  /** Write files, given by their paths; their folder. */
  write(name: string, files: Readonly<Record<string, string>>): string
  remove(): void
}

/** Build the machinery. */
export async function buildPrograms(): Promise<Programs> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'joblet-fingerprint-')))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  await build({
    entryPoints: [join(fixtures, 'machinery.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    logLevel: 'error',
    splitting: true,
    format: 'esm',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    external: ['acorn', 'lru-cache'],
  })
  const machinery = join(folder, 'machinery.mjs')
  return {
    folder,
    machinery,
    digests: async (args, node = process.execPath) => {
      const { stdout } = await run(node, [...args, machinery], { cwd: root, env: plainEnv() })
      return JSON.parse(stdout) as Record<string, string>
    },
    write: (name, files) => writeFiles(join(folder, name), files),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The fixtures as a compiler writes them: ES modules, CommonJS, or a copy whose imports name `.ts` files, as Node itself runs it. */
export function compileFixtures(programs: Programs, kind: 'esm' | 'cjs' | 'stripped'): string {
  const folder = join(programs.folder, kind)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'fixtures', type: kind === 'cjs' ? 'commonjs' : 'module' }))
  for (const file of sources) writeFileSync(join(folder, kind === 'stripped' ? file : file.replace('.ts', '.js')), compiled(file, kind))
  return join(folder, kind === 'stripped' ? 'main.ts' : 'main.js')
}

function compiled(file: string, kind: 'esm' | 'cjs' | 'stripped'): string {
  const text = readFileSync(join(fixtures, file), 'utf8')
  if (kind === 'stripped') return text.replace(/(from |import\()'(\.\/[a-z]+)\.js'/g, "$1'$2.ts'")
  const define = kind === 'cjs' ? { 'import.meta.url': 'importMetaUrl' } : {}
  return transformSync(text, { loader: 'ts', format: kind, target: 'node20', platform: 'node', define }).code
}

/** The fixtures themselves, for tsx. */
export const fixtureMain: string = join(fixtures, 'main.ts')

function writeFiles(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

/** Vitest's own settings are not for the programs. */
function plainEnv(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env
  return env
}
