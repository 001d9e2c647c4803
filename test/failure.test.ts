/** What an error that a run rejected with says about the run. */
import { delayed, failureOf as failureOfRun, Parallel } from 'joblet'
import { expect, test } from 'vitest'
import { failureOf, type RunFailure, rememberFailure } from '../src/failure.js'
import { failed, success, unwrap } from '../src/outcome.js'

const failureWith = (error: unknown, index = 0): RunFailure => ({ kind: 'thrown', error, index, attempts: 1, outcomes: [] })

test('a failure is found by its error, which is not touched', () => {
  const error = Object.freeze(new Error('solid'))
  rememberFailure(failureWith(error, 4))
  expect(failureOf(error)?.index).toBe(4)
  expect(failureOf(new Error('solid'))).toBeUndefined()
})

test('a function or a record that was thrown is found too', () => {
  for (const error of [() => 1, { status: 404 }]) {
    rememberFailure(failureWith(error, 2))
    expect(failureOf(error)?.index).toBe(2)
  }
})

test.each([undefined, null, '', 'text', 0, Number.NaN, 10n, false, Symbol.for('thrown')])(
  'the latest failure with the primitive %s is found',
  (error) => {
    rememberFailure(failureWith(error, 1))
    rememberFailure(failureWith(error, 2))
    expect(failureOf(error)?.index).toBe(2)
  },
)

test('of many primitives only the latest are remembered', () => {
  for (let i = 0; i < 100; i++) rememberFailure(failureWith(`text ${i}`, i))
  expect([failureOf('text 0'), failureOf('text 99')?.index]).toEqual([undefined, 99])
})

test('unwrap gives the value, or throws what the task threw', () => {
  expect(unwrap(success(undefined))).toBeUndefined()
  const error = new Error('mine')
  expect(() => unwrap(failed(failureWith(error)))).toThrow(error)
})

test('a run inside a task that fails leaves both failures to find', async () => {
  const error = new Error('innermost')
  const inner = () => Parallel({ backend: 'sequential' })([delayed(Math.sqrt)(4), delayed(() => Promise.reject(error))()])
  await expect(Parallel({ backend: 'sequential' })([delayed(inner)()])).rejects.toBe(error)
  expect(failureOfRun(error)).toMatchObject({ index: 0, error })
})

test('partial outcomes have undefined where a task had not ended', async () => {
  const never = () => new Promise<never>((_, reject) => setTimeout(reject, 30, 'late'))
  await expect(
    Parallel({ backend: 'async', nJobs: 3 })([delayed(never)(), delayed(Math.sqrt)(4), delayed(() => Promise.reject('now'))()]),
  ).rejects.toBe('now')
  expect(failureOfRun('now')?.outcomes).toMatchObject([undefined, { right: 2 }, { left: { index: 2 } }])
})
