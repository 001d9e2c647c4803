/** What Node loads of the built package. Each file costs it some 0.5 ms, in every program and again in every worker. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const dist = new URL('../dist/', import.meta.url)
const importPattern = /^(?:import|export)\s[^'"]*?\bfrom "(?<from>[^"]+)"|^import "(?<bare>[^"]+)"/gm

/** Names of all that loading `file` of `dist` loads, itself first. */
function loaded(file: string, seen = new Set([file])): Set<string> {
  for (const { groups: { from, bare } = {} } of readFileSync(new URL(file, dist), 'utf8').matchAll(importPattern)) {
    const name = from ?? bare ?? ''
    if (seen.has(name)) continue
    seen.add(name)
    if (name.startsWith('./')) loaded(name, seen)
  }
  return seen
}

const filesOf = (file: string): string[] => [...loaded(file)].filter((name) => name.startsWith('./'))
const packagesOf = (file: string): string[] => [...loaded(file)].filter((name) => !/^(\.\/|node:)/.test(name))

// More of them? `.build/build.mjs` says which files go together: what two parts have begun to share belongs under `after` of both.
test('joblet is imported as four files at most, and no package', () => {
  expect(filesOf('./index.js').length).toBeLessThanOrEqual(4)
  expect(packagesOf('./index.js')).toEqual([])
})

test.each(['multiprocessing', 'futures'])('joblet/%s is imported as five files at most, and no package', (name) => {
  expect(filesOf(`./${name}.js`).length).toBeLessThanOrEqual(5)
  expect(packagesOf(`./${name}.js`)).toEqual([])
})

test('a worker loads two files at most, and no package', () => {
  expect(filesOf('./worker.js').length).toBeLessThanOrEqual(2)
  expect(packagesOf('./worker.js')).toEqual([])
})

test.each(['index', 'multiprocessing', 'futures'])('importing %s loads none of the larger modules of Node', (name) => {
  const script = `await import(process.argv[1]); console.log(process.moduleLoadList.join())`
  const args = ['--input-type=module', '-e', script, new URL(`${name}.js`, dist).href]
  const modules = execFileSync(process.execPath, args, { cwd: fileURLToPath(dist), encoding: 'utf8' }).split(',')
  expect(
    ['crypto', 'worker_threads', 'child_process', 'zlib', 'inspector'].filter((name) => modules.includes(`NativeModule ${name}`)),
  ).toEqual([])
})

test('a worker that is given a function opens none of its standard streams', () => {
  const script = `
    const { delayed, Parallel } = await import(process.argv[1])
    const loadedIn = () => process.moduleLoadList.map((entry) => entry.replace('NativeModule ', ''))
    const [modules] = await Parallel({ nJobs: 2, backend: process.argv[2] })([delayed(loadedIn)(), delayed(loadedIn)()])
    console.log(modules.join())`
  for (const backend of ['threads', 'processes']) {
    const args = ['--input-type=module', '-e', script, new URL('index.js', dist).href, backend]
    const modules = execFileSync(process.execPath, args, { cwd: fileURLToPath(dist), encoding: 'utf8' })
      .trim()
      .split(',')
    expect(modules).not.toContain('process')
  }
})
