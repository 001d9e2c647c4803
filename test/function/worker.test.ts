import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listCases } from '../fixtures/shipping/cases.js'
import type { Programs } from './programs.js'
import { buildPrograms } from './programs.js'

let programs: Programs
beforeAll(async () => {
  programs = await buildPrograms()
})
afterAll(() => programs.remove())

const kinds = ['esm', 'cjs', 'bundle', 'minified', 'tsx'] as const
describe.each(kinds)('from a program of kind %s', (kind) => {
  test.each(['thread', 'process'])('every case arrives in a %s', async (worker) => {
    const printed = await programs.run([...programs.files[kind], programs.folder, worker])

    expect(printed.split('\n').filter((line) => !line.startsWith('stack'))).toEqual([`${listCases().length} cases, 0 failed`])
  })
})

test('a stack points at the line in the file it was written in', async () => {
  const printed = await programs.run([...programs.files.esm, programs.folder, 'thread'])

  expect(textAt(programs.files.esm.at(-1), printed)).toBe('new Error("where");')
})

test('a stack points at the TypeScript that was written, under tsx too', async () => {
  const printed = await programs.run([...programs.files.tsx, programs.folder, 'process'])

  expect(textAt(programs.files.tsx.at(-1), printed)).toBe("new Error('where')")
})

/** What stands at the place that a program printed. */
function textAt(file: string | undefined, printed: string): string | undefined {
  const [, line, column] = /^stack \w+\.\w+:(\d+):(\d+)$/m.exec(printed) ?? []
  return readFileSync(file ?? '', 'utf8')
    .split('\n')
    [Number(line) - 1]?.slice(Number(column) - 1)
}
