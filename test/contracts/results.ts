/** What comes out of a run that goes well. */
import { delayed } from 'joblet'
import { describe, expect, test } from 'vitest'
import { slowFirst, square } from '../fixtures/core/tasks.mjs'
import { range, readAll, type Subject } from './subject.js'

export function resultsContract({ Parallel }: Subject): void {
  describe('results', () => {
    test('come in the order of the tasks, whichever ends first', async () => {
      expect(await Parallel()(range(40).map((i) => delayed(slowFirst)(i)))).toEqual(range(40))
    })

    test('of an inline closure see the variables that it captures', async () => {
      const factor = 3
      const times = (x: number) => x * factor
      expect(await Parallel()([1, 2].map((x) => delayed((y: number) => times(y) + 1)(x)))).toEqual([4, 7])
    })

    test.each([
      ['an array', () => [] as []],
      ['a generator', function* () {}],
      ['an async generator', async function* () {}],
    ])('of %s without a task are an empty array', async (_, input) => {
      expect(await Parallel()(input() as [])).toEqual([])
      expect(await readAll(Parallel({ returnAs: 'generator' })(input() as []))).toEqual({ values: [] })
    })

    test('of a tuple keep their places and types', async () => {
      const [root, text]: [number, string] = await Parallel()([delayed(Math.sqrt)(9), delayed(String)(7)])
      expect([root, text]).toEqual([3, '7'])
    })

    test('of tasks in the raw form are those of the calls', async () => {
      expect(
        await Parallel()([
          [square, [3]],
          [Math.max, [1, 5, 2]],
          [() => 'none', []],
        ]),
      ).toEqual([9, 5, 'none'])
    })

    test('of native functions arrive', async () => {
      expect(await Parallel()([4, 9].map((x) => delayed(Math.sqrt)(x)))).toEqual([2, 3])
    })

    test('of async functions are what they resolve to', async () => {
      expect(
        await Parallel()([
          delayed(async (x: number) => x + 1)(1),
          delayed((x: number) => new Promise<number>((resolve) => setImmediate(resolve, x)))(5),
        ]),
      ).toEqual([2, 5])
    })

    test.each([undefined, null, false, '', 0, -0, Number.NaN, 2 ** 53, 10n])('may be %s', async (value) => {
      expect(await Parallel()([delayed(() => value)()])).toEqual([value])
      expect(await Parallel()([delayed((x: unknown) => Object.is(x, value))(value)])).toEqual([true])
    })

    test.each([1, 3, 1_000])('are complete with batches of %i', async (batchSize) => {
      expect(await Parallel({ batchSize })(range(100).map((i) => delayed(square)(i)))).toEqual(range(100).map(square))
    })

    test('are complete when all tasks are pulled at once', async () => {
      expect(await Parallel({ preDispatch: 'all' })(range(300).map((i) => delayed(square)(i)))).toEqual(range(300).map(square))
    })

    test('of ten thousand small tasks arrive in order', async () => {
      expect(await Parallel()(range(10_000).map((i) => delayed(square)(i)))).toEqual(range(10_000).map(square))
    })

    test('of tasks with different functions and numbers of arguments belong to their tasks', async () => {
      const sum = (...numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
      const tasks = range(60).map((i) => (i % 7 === 0 ? delayed(square)(i) : delayed(sum)(...range(i % 5))))
      expect(await Parallel({ batchSize: 13 })(tasks)).toEqual(range(60).map((i) => (i % 7 === 0 ? i * i : sum(...range(i % 5)))))
    })
  })

  describe('map', () => {
    const items = ['a', 'bb', 'ccc']

    test.each([
      ['an array', () => items],
      ['a set', () => new Set(items)],
      [
        'a generator',
        function* () {
          yield* items
        },
      ],
      [
        'an async generator',
        async function* () {
          yield* items
        },
      ],
    ])('calls the function with each item of %s', async (_, input) => {
      expect(await Parallel().map(input(), (text: string) => text.length)).toEqual([1, 2, 3])
    })

    test('hands over the item alone, no index', async () => {
      expect(await Parallel().map(['1', '1', '1'], (...args: unknown[]) => args.length)).toEqual([1, 1, 1])
    })
  })

  describe('a stream', () => {
    test('yields the results in order', async () => {
      const stream = Parallel({ returnAs: 'generator' })(range(40).map((i) => delayed(slowFirst)(i)))
      expect(await readAll(stream)).toEqual({ values: range(40) })
    })

    test('that is unordered yields every result once', async () => {
      const { values } = await readAll(Parallel({ returnAs: 'generator_unordered' })(range(40).map((i) => delayed(slowFirst)(i))))
      expect(values.toSorted((a, b) => a - b)).toEqual(range(40))
    })

    test('answers calls of next() one after another', async () => {
      const stream = Parallel({ returnAs: 'generator' })(range(3).map((i) => delayed(square)(i)))
      const results = await Promise.all(range(5).map(() => stream.next()))
      expect(results.map(({ value }) => value)).toEqual([0, 1, 4, undefined, undefined])
      expect(results.map(({ done }) => done)).toEqual([false, false, false, true, true])
    })

    test('of an endless input gives its first results', async () => {
      const seen: number[] = []
      function* endless() {
        for (let i = 0; ; i++) yield delayed(square)(i)
      }
      for await (const value of Parallel({ returnAs: 'generator' })(endless())) if (seen.push(value) === 5) break
      expect(seen).toEqual([0, 1, 4, 9, 16])
    })

    test('of an input that waits for its own results goes on', async () => {
      const arrived: number[] = []
      async function* feedback() {
        for (let i = 0; i < 5; i++) {
          while (arrived.length < i) await new Promise((resolve) => setImmediate(resolve))
          yield delayed(square)(i)
        }
      }
      for await (const value of Parallel({ returnAs: 'generator' })(feedback())) arrived.push(value)
      expect(arrived).toEqual([0, 1, 4, 9, 16])
    })
  })
}
