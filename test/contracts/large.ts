/** Large data on its way to workers and back: it travels as rarely as it can, and nobody sees a difference. */
import { delayed, move, type ParallelOptions, shared, WorkerCrashError } from 'joblet'
import { afterEach, describe, expect, test } from 'vitest'
import { range, rejectionOf, type Subject } from './subject.js'

const million = 1_000_000

/** What a task sees of an array, before it writes there. */
const look = (array: Float64Array, i: number) => {
  const seen = [array[5], array.constructor.name, array.length, array.buffer.constructor.name, array.buffer.byteLength]
  array[5] = -i
  return seen
}

const privateArray = [7, 'Float64Array', million, 'ArrayBuffer', 8 * million]

export function largeContract({ name, Parallel }: Subject): void {
  describe.each<[string, ParallelOptions]>([
    ['by default', {}],
    ['from a kilobyte on', { maxNbytes: '1K' }],
    ['with each task', { maxNbytes: null }],
  ])('large arguments that travel %s', (_, options) => {
    test('are an ordinary array of each task of its own', async () => {
      const array = new Float64Array(million).fill(7)
      const seen = await Parallel(options)(range(6).map((i) => delayed(look)(array, i + 1)))
      expect(seen).toEqual(range(6).map(() => privateArray))
      expect(array[5]).toBe(7)
    })

    test('stay what they are to each other', async () => {
      const bytes = new Uint8Array(2 * million)
      const relations = ({ a, b, c }: { a: Uint8Array; b: ArrayBufferLike; c: { d: Uint8Array }[] }) => [a.buffer === b, c[0]?.d === a]
      const seen = await Parallel(options)([delayed(relations)({ a: bytes, b: bytes.buffer, c: [{ d: bytes }] })])
      expect(seen).toEqual([[true, true]])
    })

    test('keep their kind, and part of a buffer comes without the rest', async () => {
      const buffer = new ArrayBuffer(3 * million)
      new Uint8Array(buffer).fill(3)
      const kinds = (...all: readonly unknown[]) =>
        all.map((one) => {
          const view = one instanceof ArrayBuffer ? new Uint8Array(one) : (one as Uint8Array)
          return [Buffer.isBuffer(one), Object.prototype.toString.call(one), view.byteLength, view.buffer.byteLength]
        })
      const part = new Float32Array(buffer, 4, million / 2)
      const seen = await Parallel(options)([delayed(kinds)(buffer, Buffer.from(buffer), new DataView(buffer, 1, 2 * million), part)])
      expect(seen).toEqual([
        [
          [false, '[object ArrayBuffer]', 3 * million, 3 * million],
          [true, '[object Uint8Array]', 3 * million, 3 * million],
          [false, '[object DataView]', 2 * million, 2 * million],
          [false, '[object Float32Array]', 2 * million, 2 * million],
        ],
      ])
    })

    test('may lie in instances and in what functions capture', async () => {
      class Image {
        readonly pixels: Uint8Array
        constructor(pixels: Uint8Array) {
          this.pixels = pixels
        }
        first() {
          return this.pixels[0]
        }
      }
      const captured = new Float64Array(million).fill(4)
      const image = new Image(new Uint8Array(2 * million).fill(9))
      const seen = await Parallel(options)([1, 2, 3].map(() => delayed((one: Image) => [one.first(), captured[3], captured.length])(image)))
      expect(seen).toEqual(range(3).map(() => [9, 4, million]))
    })

    test('that a generator refills between two items arrive as they were at each', async () => {
      const array = new Uint8Array(2 * million)
      const tasks = function* () {
        for (const i of range(8)) {
          array[1_234_567] = i >> 1
          yield delayed((bytes: Uint8Array) => bytes[1_234_567])(array)
        }
      }
      expect(await Parallel(options)(tasks())).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
      const later = async function* () {
        yield* tasks()
      }
      expect(await Parallel(options)(later())).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
    })

    test('come back as large results', async () => {
      const make = (i: number) => ({ i, numbers: new Float64Array(million).fill(i), bytes: new ArrayBuffer(2 * million), text: 'small' })
      const made = (await Parallel(options)(range(3).map((i) => delayed(make)(i)))) as ReturnType<typeof make>[]
      expect(made.map(({ i, numbers, bytes, text }) => [i, numbers[9], numbers.length, bytes.byteLength, text])).toEqual(
        range(3).map((i) => [i, i, million, 2 * million, 'small']),
      )
    })

    test('may be written to by the caller once the run has them', async () => {
      const array = new Uint8Array(2 * million).fill(1)
      const results = await Parallel({ ...options, nJobs: 1, preDispatch: 1, batchSize: 1, onProgress: () => array.fill(2) })([
        delayed((bytes: Uint8Array) => bytes[0])(array),
      ])
      expect(results).toEqual([1])
    })
  })

  test('in an array of tasks, an array counts as it was when it was first sent', async () => {
    const array = new Uint8Array(2 * million).fill(1)
    const tasks = range(4).map(() => delayed((bytes: Uint8Array) => bytes[0])(array))
    const run = Parallel({ nJobs: 1, preDispatch: 1, batchSize: 1, onProgress: () => array.fill(2) })
    expect(await run(tasks)).toEqual([1, 1, 1, 1])
  })

  describe('move', () => {
    const sum = (...views: readonly (ArrayBuffer | Uint8Array)[]) =>
      views.map((one) => new Uint8Array(one instanceof ArrayBuffer ? one : one.buffer).reduce((all, byte) => all + byte, 0))

    test('hands arguments over: here nothing is left of them', async () => {
      const [large, small, bare] = [new Uint8Array(2 * million).fill(1), new Uint8Array(4).fill(1), new ArrayBuffer(16)]
      expect(await Parallel()([delayed(sum)(move(large), move(small), move(bare))])).toEqual([[2 * million, 4, 0]])
      expect([large.length, small.length, bare.byteLength]).toEqual([0, 0, 0])
    })

    test('takes several, and reaches into instances', async () => {
      class Pair {
        readonly parts: readonly Uint8Array[]
        constructor(parts: readonly Uint8Array[]) {
          this.parts = parts
        }
      }
      const parts = [new Uint8Array(2 * million).fill(1), new Uint8Array(10).fill(1)]
      const lengths = (pair: Pair) => pair.parts.map((part) => part.reduce((all, byte) => all + byte, 0))
      expect(await Parallel()([delayed(lengths)(new Pair(move(parts)))])).toEqual([[2 * million, 10]])
      expect(parts.map(({ length }) => length)).toEqual([0, 0])
    })

    test('copies part of a buffer, and what cannot be given away', async () => {
      const whole = new Uint8Array(2 * million).fill(1)
      const [part, pooled] = [whole.subarray(1), Buffer.from('abc')]
      const { Memory } = Reflect.get(globalThis, 'WebAssembly') as { Memory: new (size: { initial: number }) => { buffer: ArrayBuffer } }
      const memory = new Uint8Array(new Memory({ initial: 32 }).buffer).fill(1)
      const lengths = (...views: readonly Uint8Array[]) => views.map(({ length }) => length)
      const expected = [[2 * million - 1, 3, 32 * 65_536]]
      expect(await Parallel()([delayed(lengths)(move(part), move(pooled), move(memory))])).toEqual(expected)
      expect([part.length, pooled.toString(), memory.length, memory[5]]).toEqual([2 * million - 1, 'abc', 32 * 65_536, 1])
    })

    test('loses nothing if its task cannot be sent', async () => {
      const array = new Uint8Array(2 * million)
      const error = await rejectionOf(Parallel()([delayed((a: unknown, b: unknown) => [a, b])(move(array), new WeakRef({}))]))
      expect(error).toMatchObject({ code: 'ERR_SHIPPING' })
      expect(array.length).toBe(2 * million)
    })

    test('serves one task: the next is told that the memory is gone', async () => {
      const array = new Uint8Array(2 * million)
      const outcomes = await Parallel({ onError: 'collect' })([1, 2].map(() => delayed((bytes: Uint8Array) => bytes.length)(move(array))))
      expect(outcomes).toMatchObject([{ right: 2 * million }, { left: { kind: 'unsendable', error: { code: 'ERR_SHIPPING' } } }])
    })

    test('hands results over, large and small', async () => {
      const make = (length: number) => move(new Float64Array(length).fill(3))
      const made = await Parallel()([million, 3].map((length) => delayed(make)(length)))
      expect(made.map((array) => [array.length, array[2], array.buffer.byteLength])).toEqual([
        [million, 3, 8 * million],
        [3, 3, 24],
      ])
    })

    test('of a task whose worker ends: it runs again where its arguments are still there, else it fails', async () => {
      const endOnce = (array: Uint8Array, attempt: () => { attempt: number }) => {
        if (attempt().attempt === 1) process.exit(3)
        return array.length
      }
      const { taskContext } = await import('joblet')
      const run = Parallel({ onError: 'collect', retries: 2 })
      const tasks = [
        ...range(20).map((i) => delayed((bytes: Uint8Array) => bytes.length)(move(new Uint8Array(2 * million + i)))),
        delayed(endOnce)(move(new Uint8Array(2 * million)), taskContext),
      ]
      const outcomes = await run(tasks)
      expect(outcomes.slice(0, 20)).toEqual(range(20).map((i) => expect.objectContaining({ right: 2 * million + i })))
      const last = outcomes[20]
      if (name === 'processes') expect(last).toMatchObject({ right: 2 * million })
      else {
        expect(last).toMatchObject({ left: { kind: 'crashed', attempts: 1, error: { exitCode: 3 } } })
        expect(last?._tag === 'Left' && last.left.error).toBeInstanceOf(WorkerCrashError)
        expect(String(last?._tag === 'Left' && last.left.error)).toMatch(/moved arguments are gone/)
      }
    })
  })

  describe('shared', () => {
    test('reaches every task without a copy, run after run', async () => {
      const array = shared(new Float64Array(million).fill(7))
      const see = (all: Float64Array, i: number) => [all[i], all.length, all.buffer instanceof SharedArrayBuffer]
      const run = Parallel()
      for (const from of [0, 100]) {
        const seen = await run(range(100).map((i) => delayed(see)(array, from + i)))
        expect(seen).toEqual(range(100).map(() => [7, million, true]))
      }
    })

    test('may be captured, be part of something, be part of the memory, and be of any kind', async () => {
      const bytes = shared(Buffer.alloc(2 * million, 5))
      const view = shared(new DataView(bytes.buffer, 8, 16))
      const see = ({ list }: { list: readonly Uint8Array[] }) => [
        bytes[1],
        Buffer.isBuffer(bytes),
        list.map((one) => one.length),
        view.byteLength,
      ]
      const seen = await Parallel()(range(3).map(() => delayed(see)({ list: [bytes, bytes.subarray(1_000)] })))
      expect(seen).toEqual(range(3).map(() => [5, true, [2 * million, 2 * million - 1_000], 16]))
    })

    test('comes back as the same memory', async () => {
      const array = shared(new Uint8Array(64))
      const [same] = await Parallel()([delayed((one: { in: Uint8Array }) => one)({ in: array.subarray(8) })])
      expect(same?.in.byteOffset).toBe(8)
      array[8] = 3
      expect(same?.in[0]).toBe(3)
    })

    describe('with JOBLET_DEBUG=1', () => {
      afterEach(() => {
        delete process.env['JOBLET_DEBUG']
      })

      test('names the task that writes there', async () => {
        process.env['JOBLET_DEBUG'] = '1'
        const array = shared(new Float64Array(1_000))
        const scribble = (all: Float64Array, i: number) => {
          if (i === 5) all[0] = 1
          if (i === 7) {
            all[0] = 2
            throw new Error('and fails')
          }
          return all[0]
        }
        const run = Parallel({ onError: 'collect' })
        const outcomes = await run(range(10).map((i) => delayed(scribble)(array, i)))
        expect(outcomes.map((outcome) => (outcome._tag === 'Right' ? outcome.right : outcome.left.kind))).toEqual(
          range(10).map((i) => (i === 5 || i === 7 ? 'thrown' : 0)),
        )
        expect(outcomes[5]).toMatchObject({
          left: { error: { code: 'ERR_CONTEXT', message: expect.stringMatching(/task 5 \('scribble'\)/) } },
        })
        expect(outcomes[7]).toMatchObject({ left: { error: { message: expect.stringMatching(/task 7 \('scribble'\)/) } } })
        expect(array[0]).toBe(0)
      })
    })
  })
}
