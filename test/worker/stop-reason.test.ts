/** Why a task is to stop, as it arrives. */
import { expect, test } from 'vitest'
import { packReason, unpackReason } from '../../src/worker/stop-reason.js'

const trip = (reason: unknown): unknown => unpackReason(structuredClone(packReason(reason)))

class LateError extends Error {
  override readonly name = 'LateError'
  readonly code = 'ERR_LATE'
}

test.each(['enough', 5, null, undefined, { why: ['a', 1] }])('plain data arrives as it is: %j', (reason) => {
  expect(trip(reason)).toEqual(reason)
})

test.each([new Error('a'), new RangeError('b'), new DOMException('c', 'TimeoutError')])('an error arrives with its class: %s', (reason) => {
  const arrived = trip(reason) as Error
  expect([arrived.constructor, arrived.name, arrived.message]).toEqual([reason.constructor, reason.name, reason.message])
})

test('an error of a class of its own keeps name, message, code and stack', () => {
  const reason = new LateError('too late')
  expect(trip(reason)).toMatchObject({ name: 'LateError', message: 'too late', code: 'ERR_LATE', stack: reason.stack })
})

test.each([() => 1, Symbol('no'), new WeakRef({}), new Proxy({}, {})])('what cannot travel is an AbortError instead', (reason) => {
  expect(trip(reason)).toMatchObject({ name: 'AbortError', message: expect.stringContaining('cannot travel') })
})

test('an error whose message throws is an AbortError instead', () => {
  const reason = Object.defineProperty(new Error('a'), 'message', {
    get() {
      throw new Error('no message')
    },
  })
  expect(trip(reason)).toMatchObject({ name: 'AbortError' })
})
