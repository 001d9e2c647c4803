/** What the figures of a run belong to. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, totalmem } from 'node:os'

/** The machine, and the versions of all contenders. */
export const describeMachine = (python) => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 1e9),
  os: `${process.platform} ${process.arch}`,
  node: process.version,
  versions: {
    ...Object.fromEntries(['tinypool', 'piscina', 'workerpool', 'poolifier', 'p-map'].map((name) => [name, versionOf(name)])),
    ...(python === undefined ? {} : { joblib: pythonVersion(python) }),
  },
})

function pythonVersion(interpreter) {
  const script = 'import joblib, platform; print(joblib.__version__, "on Python", platform.python_version())'
  return execFileSync(interpreter, ['-c', script], { encoding: 'utf8' }).trim()
}

function versionOf(name) {
  const require = createRequire(import.meta.url)
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version
    } catch {
      // not in this folder
    }
  }
  return 'unknown'
}
