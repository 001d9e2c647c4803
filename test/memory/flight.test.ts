/** Calls of one key at the same time. */
import { Memory } from 'joblet'
import { expect, test } from 'vitest'
import { listener, temporaryFolder } from './folder.js'

test('callers of one key share one computation', async () => {
  const { story, onEvent } = listener()
  const cached = Memory({ location: temporaryFolder(), onEvent }).cache(async (n: number) => {
    await new Promise((resolve) => setImmediate(resolve))
    return { n }
  })
  const results = await Promise.all(Array.from({ length: 10 }, () => cached(1)))

  expect(results).toEqual(Array.from({ length: 10 }, () => ({ n: 1 })))
  expect(new Set(results).size).toBe(10)
  expect(story().filter((type) => type === 'computed')).toHaveLength(1)
  expect(story().filter((type) => type === 'coalesced')).toHaveLength(9)
})

test('two memories on one folder compute once too', async () => {
  const location = temporaryFolder()
  const { story, onEvent } = listener()
  const slow = async (n: number) => {
    await new Promise((resolve) => setImmediate(resolve))
    return n
  }
  const all = Array.from({ length: 4 }, () => Memory({ location, onEvent }).cache(slow))
  expect(await Promise.all(all.map((cached) => cached(7)))).toEqual([7, 7, 7, 7])
  expect(story().filter((type) => type === 'computed')).toHaveLength(1)
})

test('a failing computation fails all its callers and is not stored', async () => {
  const { story, onEvent } = listener()
  const attempts: number[] = []
  const fail = Object.assign(
    (n: number) => {
      attempts.push(n)
      if (attempts.length === 1) throw new RangeError('too far')
    },
    { [Symbol.for('joblet.identity')]: () => ['fails at first'] },
  )
  const cached = Memory({ location: temporaryFolder(), onEvent }).cache(async (n: number) => {
    await Promise.resolve()
    fail(n)
    return n
  })
  const settled = await Promise.allSettled([cached(1), cached(1), cached(1)])

  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(settled.map((each) => each.status === 'rejected' && each.reason)).toEqual(Array(3).fill(new RangeError('too far')))
  expect(story()).not.toContain('stored')
  expect(await cached(1)).toBe(1)
  expect(attempts).toEqual([1, 1])
})

test('a function that throws at once gives a promise that rejects', async () => {
  const cached = Memory({ location: temporaryFolder() }).cache((_: number): number => {
    throw new TypeError('never')
  })
  await expect(cached(1)).rejects.toThrow('never')
})

test('results that cannot be kept are still computed once for callers at the same time', async () => {
  const { events, story, onEvent } = listener()
  const cached = Memory({ location: temporaryFolder(), onEvent }).cache(async () => ({ list: [0, { run: () => 1 }] }))
  const [a, b] = await Promise.all([cached(), cached()])
  expect([a.list.length, b.list.length]).toEqual([2, 2])
  expect(story()).toEqual(['miss', 'coalesced', 'computed', 'uncacheable'])
  expect(events.at(-1)).toMatchObject({ path: 'result.list[1].run', reason: 'it is a function' })
})
