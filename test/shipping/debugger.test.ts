import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const run = (program: string): unknown => {
  const path = fileURLToPath(new URL(`../fixtures/shipping/${program}`, import.meta.url))
  return JSON.parse(execFileSync(process.execPath, [path], { encoding: 'utf8' }))
}

test('sending closures of a plain module leaves the debugger domain alone, which would cost tens of milliseconds', () => {
  expect(run('posts.mjs')).toEqual({ results: [41, 42], posts: [] })
})

test('a module that is loaded after many runs sends its closures too', () => {
  expect(run('many-runs.mjs')).toEqual(['41', '42'])
})
