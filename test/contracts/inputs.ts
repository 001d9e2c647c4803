/** What a run does with its input: how far it pulls, and what it does when the input fails. */
import { delayed } from 'joblet'
import { describe, expect, test } from 'vitest'
import { square } from '../fixtures/core/tasks.mjs'
import { quiet, range, readAll, rejectionOf, type Subject } from './subject.js'

/** An input that counts what was pulled and knows when it was closed. */
function watched(count: number, fail?: { readonly at: number; readonly error: unknown }) {
  const state = { pulled: 0, closed: false }
  function* tasks() {
    try {
      for (let i = 0; i < count; i++) {
        if (fail?.at === i) throw fail.error
        state.pulled += 1
        yield delayed(square)(i)
      }
      if (fail?.at === count) throw fail.error
    } finally {
      state.closed = true
    }
  }
  return { state, tasks: tasks() }
}

async function* later<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await new Promise((resolve) => setImmediate(resolve))
    yield item
  }
}

export function inputsContract({ Parallel, hasWorkers }: Subject): void {
  describe('an input that throws', () => {
    const cases = [0, 5, 10].flatMap((at) =>
      (['throw', 'collect'] as const).flatMap((onError) => [false, true].map((isAsync) => ({ at, onError, isAsync }))),
    )

    test.each(cases)('at $at rejects the run with its error: onError $onError, async $isAsync', async ({ at, onError, isAsync }) => {
      const error = new Error('the input broke')
      const { state, tasks } = watched(10, { at, error })
      expect(await rejectionOf(Parallel({ onError })(isAsync ? later(tasks) : tasks))).toBe(error)
      expect(state).toEqual({ pulled: at, closed: true })
    })

    test('ends a stream with its error', async () => {
      const error = new Error('the input broke')
      const { tasks } = watched(10, { at: 3, error })
      expect((await readAll(Parallel({ returnAs: 'generator' })(tasks))).error).toBe(error)
    })

    test('may throw null', async () => {
      expect(await rejectionOf(Parallel()(watched(1, { at: 0, error: null }).tasks))).toBeNull()
    })
  })

  describe('an input that holds something else than tasks', () => {
    test.each([
      ['a number', 1, 'cannot run item 2 of the input: 1 is no task; wrap the call as delayed(fn)(...args), or write [fn, [...args]]'],
      ['a promise', Promise.resolve(1), 'the function was called already: write delayed(fn)(...args) instead of fn(...args)'],
      ['a function', square, 'the function square is no task; call what delayed(fn) gives: delayed(fn)(...args)'],
      ['a pair without a function', ['square', [1]], 'an Array is no task'],
      ['undefined', undefined, 'undefined is no task'],
    ])('rejects with a TypeError: %s', async (_, item, message) => {
      let closed = false
      function* input() {
        try {
          yield delayed(square)(1)
          yield delayed(square)(2)
          yield item as never
        } finally {
          closed = true
        }
      }
      const error = await rejectionOf(Parallel()(input()))
      expect(error).toBeInstanceOf(TypeError)
      expect((error as Error).message).toContain(message)
      expect(closed).toBe(true)
    })

    test.each([5, null, undefined, {}, square])('throws at once for %s, which is no list', (input) => {
      expect(() => Parallel()(input as never)).toThrow(TypeError)
      expect(() => Parallel().map(input as never, square)).toThrow(TypeError)
    })

    test('throws at once for a text, over whose characters map goes', async () => {
      expect(() => Parallel()('text' as never)).toThrow(TypeError)
      expect(await Parallel().map('abc', (letter) => letter.toUpperCase())).toEqual(['A', 'B', 'C'])
    })

    test('throws at once when map is given no function', () => {
      expect(() => Parallel().map([1], 'square' as never)).toThrow('it is no function')
    })
  })

  describe('a consumer that leaves a stream', () => {
    test.each([false, true])('closes the input, and nothing more is pulled: async input %s', async (isAsync) => {
      const { state, tasks } = watched(10_000)
      for await (const value of Parallel({ returnAs: 'generator', batchSize: 1 })(isAsync ? later(tasks) : tasks)) if (value === 100) break
      // A sync input is closed by now; an async one that is busy with its next item hears it when that is there.
      if (!isAsync) expect(state.closed).toBe(true)
      await expect.poll(() => state.closed).toBe(true)
      const { pulled } = state
      expect(await quiet(() => state.pulled)).toBe(pulled)
    })

    test('before its first result closes the input', async () => {
      const { state, tasks } = watched(10_000)
      const stream = Parallel({ returnAs: 'generator', preDispatch: 3, batchSize: 1 })(tasks)
      expect(await stream.return(undefined)).toEqual({ done: true, value: undefined })
      // A generator that was never asked has no `finally` to run.
      expect(state.closed || state.pulled === 0).toBe(true)
      expect(await quiet(() => state.pulled)).toBeLessThanOrEqual(3)
    })

    test('by throw() gets its own error back, and the input is closed', async () => {
      const { state, tasks } = watched(10_000)
      const stream = Parallel({ returnAs: 'generator' })(tasks)
      await stream.next()
      expect(await rejectionOf(stream.throw('mine'))).toBe('mine')
      expect(state.closed).toBe(true)
    })

    test('leaves a call of next() that waits with the end', async () => {
      const stream = Parallel({ returnAs: 'generator' })([delayed(() => new Promise((resolve) => setTimeout(resolve, 200)))()])
      const waiting = stream.next()
      await stream.return(undefined)
      expect(await waiting).toEqual({ done: true, value: undefined })
    })
  })

  describe('a consumer that stops reading', () => {
    // Batches are one task each where tasks run on this event loop.
    const sizes = hasWorkers ? [1, 3] : [1]
    const cases = sizes.flatMap((batchSize) => (['generator', 'generator_unordered'] as const).map((returnAs) => ({ batchSize, returnAs })))

    test.each(cases)('leaves at most preDispatch batches of $batchSize pulled: $returnAs', async ({ batchSize, returnAs }) => {
      const { state, tasks } = watched(1_000)
      const stream = Parallel({ returnAs, batchSize, preDispatch: 4 })(tasks)
      expect(await quiet(() => state.pulled)).toBe(4 * batchSize)
      for (let i = 0; i < batchSize; i++) await stream.next()
      expect(await quiet(() => state.pulled)).toBe(5 * batchSize)
      await stream.return(undefined)
    })

    test('and goes on later gets everything', async () => {
      const { state, tasks } = watched(200)
      const stream = Parallel({ returnAs: 'generator', preDispatch: 2 })(tasks)
      await quiet(() => state.pulled)
      expect((await readAll(stream)).values).toEqual(range(200).map(square))
    })

    test('with preDispatch all does not keep the input from being read to its end', async () => {
      const { state, tasks } = watched(500)
      const stream = Parallel({ returnAs: 'generator', preDispatch: 'all', batchSize: 1 })(tasks)
      expect(await quiet(() => state.pulled)).toBe(500)
      await stream.return(undefined)
    })
  })
}
