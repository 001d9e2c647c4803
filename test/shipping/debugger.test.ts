import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('../fixtures/shipping/posts.mjs', import.meta.url))

test('sending closures of a plain module leaves the debugger domain alone, which would cost tens of milliseconds', () => {
  const printed = execFileSync(process.execPath, [program], { encoding: 'utf8' })

  expect(JSON.parse(printed)).toEqual({ results: [41, 42], posts: [] })
})
