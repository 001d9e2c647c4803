/** Programs that lie in no file: given on the command line, on standard input, or typed in. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyFolder, link, removeFolder } from '../support/consumer.js'

let folder: string
beforeAll(() => {
  folder = emptyFolder('typed-in')
  link(folder, 'joblet')
  writeFileSync(join(folder, 'beside.cjs'), 'exports.twice = (x) => 2 * x')
})
afterAll(() => removeFolder(folder))

const program = (backend: string): string =>
  `const { Parallel, delayed } = require('joblet'); const load = require; const settings = { by: 3 }; const more = globalThis.fs ? [() => typeof fs.existsSync] : [];` +
  `const tasks = [() => require('./beside.cjs').twice(4), () => load('node:path').basename('/a/b'), () => settings.by, ...more];` +
  `Parallel({ nJobs: 2, backend: '${backend}' })(tasks.map((task) => delayed(task)())).then((all) => console.log('results ' + JSON.stringify(all)), (error) => console.log('results ' + error.message))`

async function run(args: readonly string[], input: string): Promise<string> {
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.write(input)
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    printed += part
    // A REPL that is closed while tasks run would not wait for them.
    if (/results .*\n/.test(printed)) child.stdin.end()
  })
  if (!args.includes('-i')) child.stdin.end()
  await once(child, 'close')
  return /results (.*)/.exec(printed)?.[1] ?? printed
}

test.each([
  ['on the command line', 'threads', ['-e', program('threads')], ''],
  ['on the command line', 'processes', ['-e', program('processes')], ''],
  ['on standard input', 'threads', ['-'], `${program('threads')}\n`],
  ['in the REPL', 'threads', ['-i'], `${program('threads')}\n`],
])('%s, on %s, a task may require what the program may, and use builtin modules by name where it may', async (_, __, args, input) => {
  expect(await run(args, input)).toBe(args[0] === '-' ? '[8,"b",3]' : '[8,"b",3,"function"]')
})
