/** Many processes at one cache, some of them killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { root } from '../support/consumer.js'
import { printed, temporaryFolder } from './folder.js'

const program = readFileSync(fileURLToPath(new URL('./program.mjs', import.meta.url)))

/** The program in a folder of its own. */
function install(): { readonly folder: string; readonly script: string } {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/joblet'))
  writeFileSync(join(folder, 'package.json'), '{ "name": "program", "type": "module" }')
  writeFileSync(join(folder, 'program.mjs'), program)
  return { folder, script: join(folder, 'program.mjs') }
}

const start = (script: string, args: readonly (string | number)[]): ChildProcess =>
  spawn(process.execPath, [script, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] })

async function ended(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += String(chunk)))
  await once(child, 'close')
  return text
}

const computations = (folder: string): number[] =>
  readdirSync(join(folder, 'runs')).map(
    (name) =>
      readFileSync(join(folder, 'runs', name), 'utf8')
        .trim()
        .split('\n').length,
  )

/** What the files of a folder say; nothing while it is not there. */
const textsIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  } catch {
    return []
  }
}

/** Files of a cache that only live while somebody writes or computes. */
const leftovers = (location: string): string[] =>
  readdirSync(location, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\/(tmp|locks)$/.test(entry.parentPath))
    .map(({ name }) => name)

test('8 processes, 100 keys, 10,000 random calls, two of them killed: every result is right, each key is computed once, plus once per kill', async () => {
  const { folder, script } = install()
  const children = Array.from({ length: 8 }, () => start(script, ['calls', folder, 1_250, 100]))
  const said = children.map(ended)
  // In the middle of it: the first two that have computed something.
  const busy = () => {
    const pids = textsIn(join(folder, 'runs')).flatMap((text) => text.trim().split('\n').map(Number))
    return children.filter(({ pid = 0 }) => pids.includes(pid))
  }
  await expect.poll(() => busy().length, { timeout: 20_000, interval: 2 }).toBeGreaterThanOrEqual(2)
  const victims = busy().slice(0, 2)
  for (const child of victims) child.kill('SIGKILL')
  const outputs = await Promise.all(said)

  const survivors = outputs.filter((_, i) => !victims.includes(children[i] as ChildProcess))
  expect(survivors.map((text) => JSON.parse(text) as unknown)).toEqual(Array(6).fill({ wrong: 0 }))
  const counts = computations(folder)
  expect(counts).toHaveLength(100)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(100 + victims.length)
  // Whoever writes next sweeps what the dead have left.
  expect(await printed(['program.mjs', 'calls', folder, '20', '1000000'], { cwd: folder })).toEqual({ wrong: 0 })
  expect(leftovers(join(folder, 'cache'))).toEqual([])
}, 90_000)

test('an interrupted run of 1,000 cached tasks, started again, computes only what is missing', async () => {
  const { folder, script } = install()
  const child = start(script, ['run', folder, 1_000])
  const said = ended(child)
  await expect.poll(() => textsIn(join(folder, 'runs')).length, { timeout: 20_000, interval: 2 }).toBeGreaterThan(200)
  child.kill('SIGKILL')
  await said
  const begun = textsIn(join(folder, 'runs')).length
  expect(begun).toBeLessThan(1_000)

  const again = await printed<{ right: boolean; hits: number; items: number }>([script, 'run', folder, '1000'], { timeout: 60_000 })
  expect(again).toMatchObject({ right: true, items: 1_000 })
  // Two threads were at one task each when the program was killed.
  expect(computations(folder).filter((count) => count > 1).length).toBeLessThanOrEqual(2)
  expect(again.hits).toBeGreaterThanOrEqual(begun - 2)
}, 90_000)
