/** Runs and caches as fp-ts has them. */
import * as A from 'fp-ts/lib/Array.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { delayed, Memory, OptionError, Parallel, parallelConfig, registerBackend } from 'joblet'
import { memoizeTE, parallelTE, settle } from 'joblet/fp'
import { describe, expect, test } from 'vitest'
import { brief, range, rejectionOf } from '../contracts/subject.js'

const half = (n: number): number => {
  if (n % 2 !== 0) throw new RangeError(`${n} is odd`)
  return n / 2
}

describe.each(['threads', 'processes', 'async', 'sequential'] as const)('on %s', (backend) => {
  test('parallelTE gives all results', async () => {
    const halves = parallelTE({ backend, nJobs: 2 })
    const sum = pipe(
      range(10).map((n) => delayed(half)(2 * n)),
      halves,
      TE.map((values) => values.reduce((total, value) => total + value, 0)),
    )
    expect(await sum()).toEqual(E.right(45))
    expect(await sum()).toEqual(E.right(45))
    await halves.close()
  })

  test('or the failure that ended the run', async () => {
    const halves = parallelTE({ backend, nJobs: 2 })
    const tasks = [2, 3, 4].map((n) => delayed(half, { label: `half of ${n}` })(n))
    expect(await halves(tasks)()).toMatchObject(
      E.left({ kind: 'thrown', error: new RangeError('3 is odd'), index: 1, label: 'half of 3', attempts: 1 }),
    )
    await halves.close()
  })

  test('settle gives what each task came to', async () => {
    const each = settle({ backend, nJobs: 2 })
    const outcomes = await each([2, 3, 4].map((n) => delayed(half)(n)))()
    expect(brief(outcomes)).toEqual([1, 'thrown', 2])
    expect(A.rights([...outcomes])).toEqual([1, 2])
    await each.close()
  })
})

test('nothing runs before the Task is called', async () => {
  const seen: number[] = []
  const task = parallelTE({ backend: 'async' })([delayed((n: number) => seen.push(n))(1)])
  expect(seen).toEqual([])
  await task()
  expect(seen).toEqual([1])
})

test('an aborted run is Left, cancelled', async () => {
  const run = parallelTE({ backend: 'async', signal: AbortSignal.abort('enough') })
  expect(await run([delayed(half)(2)])()).toMatchObject(E.left({ kind: 'cancelled', error: 'enough' }))
})

describe('what is no fault of a task', () => {
  function* torn() {
    yield delayed(half)(2)
    throw new RangeError('torn')
  }

  test('is Left of parallelTE, with an index of -1', async () => {
    const nobody = { kind: 'thrown', index: -1, attempts: 0 }
    const undo = registerBackend('nowhere', () => Promise.reject(new Error('no machine')))
    expect(await parallelTE({ backend: 'async' })(torn())()).toEqual(E.left({ ...nobody, error: new RangeError('torn') }))
    expect(await parallelTE({ backend: 'async' })(5 as never)()).toMatchObject(E.left(nobody))
    expect(await parallelTE({ backend: 'nowhere' as 'threads' })([delayed(half)(2)])()).toEqual(
      E.left({ ...nobody, error: new Error('no machine') }),
    )
    undo()
  })

  test('rejects the Task of settle', async () => {
    expect(await rejectionOf(settle({ backend: 'async' })(torn())())).toEqual(new RangeError('torn'))
    expect(await rejectionOf(settle({ backend: 'async' })(5 as never)())).toBeInstanceOf(TypeError)
  })
})

describe('options', () => {
  test('are checked at once', () => {
    expect(() => parallelTE({ njobs: 2 } as never)).toThrow(OptionError)
    expect(() => settle([delayed(half)(2)] as never)).toThrow(OptionError)
  })

  test.each([parallelTE, settle])('what comes out is not for them to say', (form) => {
    expect(() => form({ onError: 'collect', returnAs: 'generator' } as never)).toThrow(
      /`returnAs` must be left out: .*; `onError` must be left out: what comes out of \w+ is settled/,
    )
  })

  test('a config counts, as for Parallel', async () => {
    const seen: number[] = []
    const note = (n: number) => seen.push(n)
    const run = parallelConfig({ backend: 'async' }, () => parallelTE())
    await run([delayed(note)(1)])()
    expect(seen).toEqual([1])
  })
})

describe('memoizeTE', () => {
  const calls: number[] = []
  const slow = (n: number): number => {
    calls.push(n)
    return half(n)
  }

  test('computes once, when the Task is called', async () => {
    const cached = memoizeTE(Memory({ location: null }).cache(half))
    const task = pipe(
      cached(4),
      TE.chain((n) => cached(n)),
    )
    expect(await task()).toEqual(E.right(1))
    const lazy = memoizeTE(Memory({ location: null }).cache(slow))
    const first = lazy(8)
    expect(calls).toEqual([])
    expect(await first()).toEqual(E.right(4))
    expect(calls).toEqual([8])
  })

  test('what the function throws is Left', async () => {
    const cached = memoizeTE(Memory({ location: null }).cache(half))
    expect(await cached(3)()).toEqual(E.left({ kind: 'thrown', error: new RangeError('3 is odd'), index: 0, attempts: 1 }))
  })

  test('its failures and those of a run go together', async () => {
    const cached = memoizeTE(Memory({ location: null }).cache(half))
    const task = pipe(
      [delayed(half)(4), delayed(half)(16)] as const,
      parallelTE({ backend: 'async' }),
      TE.chain(([a, b]) => cached(a + b)),
      TE.match(({ kind, index }) => `${kind} ${index}`, String),
    )
    expect(await task()).toBe('5')
  })

  test('a function that nobody caches is refused', () => {
    expect(() => memoizeTE(half as never)).toThrow('write memoizeTE(memory.cache(fn))')
    expect(() => memoizeTE(undefined as never)).toThrow(TypeError)
  })
})

test('a task may use it in its worker', async () => {
  const inner = async (n: number) => {
    const either = await parallelTE({ backend: 'sequential' })([delayed(half)(n)])()
    return either._tag
  }
  await using parallel = Parallel({ nJobs: 2, backend: 'threads' })
  expect(await parallel([delayed(inner)(2), delayed(inner)(3)])).toEqual(['Right', 'Left'])
})
