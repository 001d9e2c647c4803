/** When a task that failed is tried again. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type RetryReason, reasonFor, spend, toPolicy, unspent } from '../../src/parallel/options/retry.js'

const reasons = ['crash', 'error', 'timeout'] as const
const times = fc.nat(4)
const policies = fc.record({ crash: times, error: times, timeout: times }, { requiredKeys: [] })

test('a task is tried again for each reason as often as the policy says, in whatever order things go wrong', () => {
  fc.assert(
    fc.property(policies, fc.array(fc.constantFrom(...reasons), { maxLength: 20 }), (given, failures) => {
      const policy = toPolicy(given)
      const seen: Record<RetryReason, number> = { crash: 0, error: 0, timeout: 0 }
      let spent = unspent
      for (const reason of failures) {
        seen[reason] += 1
        const next = spend(policy, spent, reason)
        expect(next === undefined).toBe(seen[reason] > (given[reason] ?? 0))
        if (next === undefined) break
        spent = next
        expect(spent).toEqual(seen)
      }
    }),
  )
})

test('no policy goes on for ever: the attempts are one more than all it allows, at most', () => {
  fc.assert(
    fc.property(policies, fc.infiniteStream(fc.constantFrom(...reasons)), (given, failures) => {
      const policy = toPolicy(given)
      let attempts = 1
      let spent = spend(policy, unspent, failures.next().value)
      for (; spent !== undefined; attempts++) spent = spend(policy, spent, failures.next().value)
      expect(attempts).toBeLessThanOrEqual(1 + policy.crash + policy.error + policy.timeout)
    }),
  )
})

test('a number is for crashes, and what cannot travel or was called off is never tried again', () => {
  expect(toPolicy(2)).toEqual({ crash: 2, error: 0, timeout: 0, delay: 0 })
  expect((['thrown', 'crashed', 'timed-out', 'unsendable', 'cancelled'] as const).map(reasonFor)).toEqual([
    'error',
    'crash',
    'timeout',
    undefined,
    undefined,
  ])
})
