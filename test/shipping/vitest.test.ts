/** Every case, from code that vitest has transformed. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { delayed, type Outcome, Parallel } from 'joblet'
import { beforeAll, describe, expect, test } from 'vitest'
import { listCases } from '../fixtures/shipping/cases.js'

const cases = listCases()
const fail = (): never => {
  throw new Error('where')
}

describe.each(['threads', 'processes'] as const)('from vitest, on %s', (backend) => {
  let outcomes: readonly Outcome<unknown>[]
  let stack = ''
  beforeAll(async () => {
    const run = Parallel({ nJobs: 2, backend, onError: 'collect' })
    const all = await run([...cases.map(({ fn }) => delayed(fn)()), delayed(fail)()])
    outcomes = all.slice(0, -1)
    const last = all.at(-1)
    if (last?._tag === 'Left') stack = String((last.left.error as Error).stack)
    return () => run.close()
  })

  test.each(cases.map(({ name, expected }, i) => ({ name, expected, i })))('$name travels', ({ expected, i }) => {
    expect(outcomes[i]).toEqual({ _tag: 'Right', right: expected })
  })

  test('the stack of an error points at the line that threw it', () => {
    const [, file = '', line, column] = /\((.*\.test\.ts):(\d+):(\d+)\)/.exec(stack) ?? []
    const path = file.startsWith('file:') ? fileURLToPath(file) : file
    expect(path).toBe(fileURLToPath(import.meta.url))
    const text = readFileSync(path, 'utf8').split('\n')[Number(line) - 1]
    expect(text?.slice(Number(column) - 1)).toBe("new Error('where')")
  })
})
