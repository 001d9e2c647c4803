/** An empty folder of somebody who installs joblet, from the tarball that would be published. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A folder of its own, with a `package.json`. */
export function emptyFolder(name: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `joblet-${name}-`)))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  return folder
}

/** Make a package that this repository has, joblet itself included, resolve in `folder` as if it were installed there. */
export function link(folder: string, name: string): void {
  const path = join(folder, 'node_modules', name)
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(name === 'joblet' ? root : join(root, 'node_modules', name), path)
}

/** Pack joblet, types included, and install the tarball in `folder`. */
export function installTarball(folder: string): void {
  buildTypes()
  const packed = npm(root, ['pack', '--ignore-scripts', '--json', '--pack-destination', folder])
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }]
  npm(folder, ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', `./${filename}`])
}

/** The declarations, where a build for tests has left them out. */
export function buildTypes(): void {
  if (!existsSync(join(root, 'dist/index.d.ts'))) npm(root, ['run', 'build:types'])
}

/** Leave nothing behind. */
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true })

const npm = (cwd: string, args: readonly string[]): string =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
