/** Every case, from code that vitest has transformed. */
import { fileURLToPath } from 'node:url'
import { delayed, type Outcome, Parallel } from 'joblet'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Case, listCases } from '../fixtures/shipping/cases.js'
import { listThrowers } from '../fixtures/shipping/throwers.js'
import { expectFrames } from './frames.js'

const cases = listCases()
const throwers = listThrowers()
const folder = fileURLToPath(new URL('../fixtures/shipping', import.meta.url))
const call = ({ fn, args = [] }: Pick<Case, 'fn' | 'args'>) => delayed(fn)(...(args as never[]))

describe.each(['threads', 'processes'] as const)('from vitest, on %s', (backend) => {
  let outcomes: readonly Outcome<unknown>[]
  beforeAll(async () => {
    const run = Parallel({ nJobs: 2, backend, onError: 'collect' })
    outcomes = await run([...cases, ...throwers].map(call))
    return () => run.close()
  })

  test.each(cases.map((one, i) => ({ ...one, i })))('$name travels', ({ expected, read = (result) => result, i }) => {
    const outcome = outcomes[i]

    expect(outcome).toMatchObject({ _tag: 'Right' })
    expect(outcome?._tag === 'Right' && read(outcome.right)).toEqual(expected)
  })

  test.each(throwers.map((one, i) => ({ ...one, i })))(
    'the stack of an error that is thrown $message points at what the user wrote',
    ({ message, frames, i }) => {
      const outcome = outcomes[cases.length + i]

      expectFrames(outcome?._tag === 'Left' ? String((outcome.left.error as Error).stack) : 'no error', { message, frames, folder })
    },
  )
})
