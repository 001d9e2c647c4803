import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { readMessage } from '../../src/backend/life/read-message.js'

const reply = {
  type: 'reply',
  batch: 1,
  from: 0,
  count: 1,
  values: { values: [1], parcels: [] },
  failures: [],
  busyMs: 1,
  loadMs: 0,
  done: true,
}
const wrong: readonly [string, unknown][] = [
  ['nothing', null],
  ['a number', 5],
  ['no type', {}],
  ['another type', { type: 'toString' }],
  ['a reply of no batch', { ...reply, batch: undefined }],
  ['a reply from before its batch', { ...reply, from: -1 }],
  ['a reply without values', { ...reply, values: null }],
  ['values without parcels', { ...reply, values: { values: [1] } }],
  ['arrays of no length', { ...reply, values: { views: { packed: Int8Array.of(1), length: 0 }, parcels: [] } }],
  ['arrays that are not whole', { ...reply, values: { views: { packed: Int8Array.of(1, 2, 3), length: 2 }, parcels: [] } }],
  ['arrays that are none', { ...reply, values: { views: { packed: [1, 2], length: 2 }, parcels: [] } }],
  ['a time that is none', { ...reply, busyMs: Number.NaN }],
  ['a time before its batch', { ...reply, loadMs: -1 }],
  ['failures that are none', { ...reply, failures: [5] }],
  ['a failure without an error', { ...reply, failures: [{ at: 0, error: 5 }] }],
  ['a call that is no number', { type: 'mark', batch: 1, at: 'x', runs: true }],
  ['a run that is no number', { type: 'dropped', run: 'x' }],
  ['progress that is none', { type: 'report', batch: 1, at: 0, progress: null }],
  ['an exit without a code', { type: 'exit' }],
]

describe('what a worker says', () => {
  test.each([
    [reply],
    [{ ...reply, values: { views: { packed: Int8Array.of(1, 2), length: 2 }, parcels: [] } }],
    [{ type: 'mark', batch: 1, at: -1, runs: false }],
    [{ type: 'dropped', run: 1 }],
    [{ type: 'report', batch: 1, at: 0, progress: 0.5 }],
    [{ type: 'exit', code: 0 }],
    [{ type: 'full' }],
  ])('is believed when it has the shape of a message: %o', (message) => {
    expect(readMessage({ plain: message })).toEqual(message)
  })

  test.each(['Int32Array', 'Float64Array'])('is believed when its %s is of another context, as in tests of jest', (kind) => {
    const message = { ...reply, values: { numbers: runInNewContext(`new ${kind}([1])`) as unknown, parcels: [] } }
    expect(readMessage({ plain: message })).toEqual(message)
  })

  test.each(wrong)('is not believed when it is %s', (_, message) => {
    expect(() => readMessage({ plain: message })).toThrow('no worker sends')
  })
})
