/** Builds the package before the tests, unless what is there is newer than its source. */
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

const changedAt = (path: string): number => statSync(`${root}/${path}`, { throwIfNoEntry: false })?.mtimeMs ?? 0

const newest = (folder: string): number =>
  Math.max(...readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' }).map((path) => changedAt(`${folder}/${path}`)))

/** Called once by vitest. After a failed build there is no package: tests of pure parts still run, all others say what is missing. */
export default function setup(): void {
  if (Math.min(changedAt('dist/index.js'), changedAt('dist/worker.js')) > Math.max(newest('src'), newest('.build'))) return
  try {
    execFileSync('npm', ['run', '--silent', 'build:js'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  } catch (error) {
    rmSync(`${root}/dist`, { recursive: true, force: true })
    console.error(`cannot build joblet: ${String(error)}; tests that import it will fail`)
  }
}
