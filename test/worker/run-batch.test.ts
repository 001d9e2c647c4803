/** A batch is run, and what its calls come to is told in order. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Parcel } from '../../src/function/parcel/parcel.js'
import type { AnyFunction } from '../../src/task.js'
import type { Batch, Reply } from '../../src/worker/batch.js'
import { columnValues } from '../../src/worker/column.js'
import { createRunScope } from '../../src/worker/functions.js'
import { runBatch } from '../../src/worker/run-batch.js'
import { taskContext } from '../../src/worker/task-context.js'
import { busy } from '../fixtures/core/tasks.mjs'

/** Run `fn` with each of `args`, and gather what is told. */
async function run(
  fn: AnyFunction,
  args: readonly unknown[],
  about: {
    readonly batch?: Partial<Batch>
    readonly flushMs?: number
    readonly refuse?: (reply: Reply) => boolean
    readonly stopAt?: number
    readonly isFull?: () => boolean
  } = {},
) {
  const scope = createRunScope()
  scope.functions.set(0, fn)
  const batch: Batch = {
    type: 'batch',
    id: 1,
    run: 1,
    size: args.length,
    indices: 0,
    define: [],
    fns: 0,
    arity: 1,
    args: { values: args, parcels: [] },
    ...about.batch,
  }
  const [replies, started, story]: [Reply[], number[], string[]] = [[], [], []]
  await runBatch(batch, scope, {
    workerId: 4,
    state: 'ready',
    flushMs: about.flushMs ?? Number.POSITIVE_INFINITY,
    started: (at) => void story.push(`${at} begins`),
    over: (at) => void story.push(`${at} is over`),
    mayBegin: (at) => {
      const may = about.stopAt === undefined || at < about.stopAt
      if (may) started.push(at)
      return may
    },
    isFull: about.isFull,
    send: (reply) => {
      if (about.refuse?.(reply) === true) throw new Error('the wire says no')
      replies.push(reply)
    },
  })
  return { replies, started, story, values: replies.flatMap(({ values }) => Array.from(columnValues(values))) }
}

/** That replies follow one another without a gap, and that only the last is the last. */
function expectInOrder(replies: readonly Reply[], count: number): void {
  let next = 0
  for (const reply of replies) {
    expect(reply.from).toBe(next)
    next += reply.count
  }
  expect(next).toBe(count)
  expect(replies.map(({ done }) => done)).toEqual(replies.map((_, i) => i === replies.length - 1))
}

test('n calls in are n answers out, in order, whether they return, reject, throw or take long', async () => {
  const kinds = fc.array(fc.constantFrom('value', 'record', 'large', 'promise', 'throw', 'reject'), { maxLength: 40 })
  const call = (kind: string): unknown => {
    if (kind === 'throw') throw 'thrown'
    if (kind === 'reject') return Promise.reject('rejected')
    return kind === 'promise' ? Promise.resolve(1) : kind === 'large' ? new Uint8Array(5_000) : kind === 'record' ? { kind } : 1
  }
  await fc.assert(
    fc.asyncProperty(kinds, fc.constantFrom(0, 1, Number.POSITIVE_INFINITY), async (given, flushMs) => {
      const { replies } = await run(call, given, { flushMs })
      expectInOrder(replies, given.length)
      const failed = replies.flatMap(({ failures }) => failures.map(({ at, kind }) => [at, kind]))
      expect(failed).toEqual(given.flatMap((kind, at) => (kind === 'throw' || kind === 'reject' ? [[at, 'thrown']] : [])))
    }),
    { numRuns: 60 },
  )
})

test('quick calls are answered together', async () => {
  const { replies } = await run((x: number) => x + 1, [1, 2, 3])
  expect(replies).toHaveLength(1)
  expect(replies[0]?.values.numbers).toEqual(Int32Array.of(2, 3, 4))
})

test('small typed arrays of one kind travel as one', async () => {
  const { replies, values } = await run((x: number) => Uint8Array.of(x, x), [1, 2, 3])
  expect(replies.map(({ values }) => values.views)).toEqual([{ packed: Uint8Array.of(1, 1, 2, 2, 3, 3), length: 2 }])
  expect(values).toEqual([Uint8Array.of(1, 1), Uint8Array.of(2, 2), Uint8Array.of(3, 3)])
})

test.each([
  ['throws', { get: () => JSON.parse('no') as unknown }],
  ['is another', { value: 5 }],
])('a typed array whose length %s arrives, or fails by itself', async (_, length) => {
  const { replies, values } = await run(
    (x: number) => (x === 2 ? Object.defineProperty(new Uint8Array(100), 'length', length) : x),
    [1, 2, 3],
  )
  expectInOrder(replies, 3)
  expect([values[0], values[2]]).toEqual([1, 3])
})

test('a failure among small typed arrays fails alone', async () => {
  const { values } = await run((x: number) => (x === 2 ? Promise.reject('no') : Uint8Array.of(x, x)), [1, 2, 3])
  expect(values).toEqual([Uint8Array.of(1, 1), undefined, Uint8Array.of(3, 3)])
})

test('a failure is told at once, with all before it', async () => {
  const { replies } = await run((x: number) => (x === 2 ? Promise.reject('no') : x), [1, 2, 3])
  expect(replies.map(({ from, count }) => [from, count])).toEqual([
    [0, 2],
    [2, 1],
  ])
})

test('with timeouts, each call is told of before the next starts', async () => {
  const { replies } = await run((x: number) => x, [1, 2, 3], { batch: { timeouts: 100 } })
  expectInOrder(replies, 3)
  expect(replies.map(({ count }) => count).slice(0, 3)).toEqual([1, 1, 1])
})

test('a result that the wire refuses fails alone', async () => {
  const refuse = ({ values }: Reply) => Array.from(columnValues(values)).includes('bad')
  const { replies, values } = await run((x: unknown) => x, ['a', 'bad', 'c'], { refuse })
  expectInOrder(replies, 3)
  expect(values).toEqual(['a', undefined, 'c'])
  expect(replies.flatMap(({ failures }) => failures)).toMatchObject([
    { at: 1, kind: 'unsendable', error: { shipping: 'cannot send the result: the wire says no; return plain data' } },
  ])
})

test('results are as they were when the call ended', async () => {
  const log: number[] = []
  const { values } = await run(
    (x: number) => {
      log.push(x)
      return log
    },
    [1, 2, 3],
  )
  expect(values).toEqual([[1], [1, 2], [1, 2, 3]])
})

test('a call that has a timeout is over before the next begins, however it ends; others say nothing of it', async () => {
  const call = (kind: string) =>
    kind === 'reject' ? Promise.reject(kind) : kind === 'large' ? new Uint8Array(5_000) : Promise.resolve(kind)
  const kinds = ['value', 'reject', 'large']
  const { story } = await run(call, kinds, { batch: { timeouts: 1_000 } })
  expect(story).toEqual([0, 1, 2].flatMap((at) => [`${at} begins`, `${at} is over`]))
  expect((await run(call, kinds)).story).toEqual([])
})

test('no call starts once the batch is stopped', async () => {
  const { started } = await run((x: number) => x, [1, 2, 3, 4], { stopAt: 2 })
  expect(started).toEqual([0, 1])
})

test('a call knows its index, attempt, worker and state', async () => {
  const { values } = await run(() => ({ ...taskContext() }), [0, 0], { batch: { indices: [7, 9], attempts: [0, 2] } })
  expect(values).toEqual([
    { index: 7, attempt: 1, workerId: 4, state: 'ready' },
    { index: 9, attempt: 3, workerId: 4, state: 'ready' },
  ])
})

test('calls of a function that could not be made fail with its error', async () => {
  const scope = { error: new Error('no such module') } as never
  const { replies } = await run(scope, [1, 2])
  expect(replies.flatMap(({ failures }) => failures.map(({ kind }) => kind))).toEqual(['unsendable', 'unsendable'])
})

test('a worker that is full runs the first call of a batch, leaves the others, and sends what there is', async () => {
  // The clock is looked at before the first call, and after one or two.
  const slowly = (x: number) => busy(1, x)
  const { replies, started, values } = await run(slowly, [0, 1, 2, 3, 4, 5], { isFull: () => true })
  expect([1, 2]).toContain(started.length)
  expect(values).toEqual(started)
  expect(replies.at(-1)).toMatchObject({ done: true })
})

test('the time that a module takes to load is told apart: it says nothing about the calls', async () => {
  const url = new URL('../fixtures/core/costs-to-load.mjs', import.meta.url).href
  const parcel: Parcel = { v: 1, root: { $: 0 }, nodes: [{ t: 'export', url, path: ['threefold'] }], codes: [] }
  const { replies, values } = await run(Math.sqrt, [5], { batch: { define: [{ id: 7, parcel }], fns: 7 } })
  expect(values).toEqual([15])
  const [{ busyMs, loadMs } = { busyMs: 0, loadMs: 0 }] = replies
  expect(loadMs).toBeGreaterThanOrEqual(49)
  expect(busyMs).toBeGreaterThanOrEqual(loadMs)
})
