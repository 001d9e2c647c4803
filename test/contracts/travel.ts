/** What workers are given and what they give back: copies, as they were at that moment. */
import { delayed } from 'joblet'
import { describe, expect, test } from 'vitest'
import { OrderError } from '../fixtures/core/tasks.mjs'
import { range, rejectionOf, type Subject } from './subject.js'

class Point {
  readonly x: number
  constructor(x: number) {
    this.x = x
  }
  get double(): number {
    return this.x * 2
  }
}

export function travelContract({ name, Parallel }: Subject): void {
  describe('arguments', () => {
    test.each([1, 7, 500, undefined])('that a generator changes afterwards arrive as they were: batches of %s', async (batchSize) => {
      function* reusing() {
        const page = { number: 0, lines: [0] }
        for (const i of range(500)) {
          page.number = i
          page.lines[0] = i
          yield delayed(({ number, lines }: typeof page) => number * 1_000 + (lines[0] ?? 0))(page)
        }
      }
      expect(await Parallel({ batchSize })(reusing())).toEqual(range(500).map((i) => i * 1_001))
    })

    test('that are large and change afterwards arrive as they were', async () => {
      function* reusing() {
        const samples = new Float64Array(10_000)
        for (const i of range(20)) yield delayed((array: Float64Array) => array[9_999])(samples.fill(i))
      }
      expect(await Parallel()(reusing())).toEqual(range(20))
    })

    test.each<[string, (i: number) => unknown]>([
      ['Buffers', (i) => Buffer.from(`row ${i}`)],
      ['parts of buffers', (i) => new Uint8Array(new ArrayBuffer(32), 8, 8).fill(i)],
      ['values that are there twice', (i) => [{ i }].flatMap((value) => [value, value])],
      ['rows of numbers', (i) => range(500).map((column) => i / (column + 1))],
      ['lists of records', (i) => range(100).map((id) => ({ id, name: `row ${i}` }))],
    ])('that are small travel together: %s', async (_, make) => {
      const runner = Parallel({ nJobs: 1 })
      const values = range(3_000).map(make)
      const digest = (value: unknown) => JSON.stringify(value).length
      expect(await runner(values.map((value) => delayed(digest)(value)))).toEqual(values.map(digest))
      expect(runner.stats().batches.count).toBeLessThan(1_000)
    })

    test('that are small and large by turns arrive, each as it was', async () => {
      const values = range(60).map((i) => Buffer.alloc(i % 20 === 19 ? 3_000_000 : 10, i))
      const look = (buffer: Buffer) => [buffer.length, buffer[0], buffer.at(-1), Buffer.isBuffer(buffer)]
      expect(await Parallel()(values.map((value) => delayed(look)(value)))).toEqual(values.map(look))
    })

    test('are private copies: a task that changes them changes nothing elsewhere', async () => {
      const shared = { list: [1] }
      const grow = (record: typeof shared) => record.list.push(2)
      expect(await Parallel({ batchSize: 4 })(range(4).map(() => delayed(grow)(shared)))).toEqual([2, 2, 2, 2])
      expect(shared).toEqual({ list: [1] })
    })

    test('keep their kinds', async () => {
      const kinds = (...values: unknown[]) =>
        values.map((value) => Object.prototype.toString.call(value).slice(8, -1) + (Buffer.isBuffer(value) ? '!' : ''))
      const values = [
        new Map(),
        new Set(),
        new Date(0),
        /x/g,
        1n,
        Buffer.from('hi'),
        new Uint8Array(2),
        new ArrayBuffer(3),
        new DataView(new ArrayBuffer(4)),
        new Error('e'),
        null,
        undefined,
      ]
      expect(await Parallel()([delayed(kinds)(...values)])).toEqual([kinds(...values)])
    })

    test('that share an object within one call share it there too', async () => {
      const one = { id: 1 }
      expect(await Parallel()([delayed((a: object, b: object[]) => a === b[0])(one, [one])])).toEqual([true])
    })

    test('and results may be cyclic', async () => {
      const ring: { self?: object } = {}
      ring.self = ring
      const [back] = await Parallel()([delayed((x: typeof ring) => x)(ring)])
      expect(back.self).toBe(back)
    })

    test('and results may be instances of classes', async () => {
      const [point] = await Parallel()([delayed((p: Point) => new Point(p.double))(new Point(4))])
      expect(point).toBeInstanceOf(Point)
      expect(point.double).toBe(16)
    })

    test('and results may be functions', async () => {
      const add = (a: number) => (b: number) => a + b
      const [addTwo] = await Parallel()([delayed((make: typeof add) => make(2))(add)])
      expect(addTwo(3)).toBe(5)
    })

    test('with holes and named fields keep them', async () => {
      const sparse = Object.assign(new Array<number>(1), { title: 'empty' })
      expect(await Parallel()([delayed((list: typeof sparse) => [0 in list, list.title, list.length])(sparse)])).toEqual([
        [false, 'empty', 1],
      ])
    })

    test('with a getter that throws throw where the getter is read', async () => {
      const record = {
        get broken(): never {
          throw new RangeError('do not look')
        },
      }
      expect(await rejectionOf(Parallel()([delayed((x: typeof record) => x.broken)(record)]))).toEqual(new RangeError('do not look'))
    })

    test('of several megabytes arrive whole', async () => {
      const big = new Float64Array(500_000).map((_, i) => i)
      const [sum, text] = await Parallel()([
        delayed((array: Float64Array) => array.reduce((a, b) => a + b))(big),
        delayed((s: string) => s.length)('x'.repeat(3_000_000)),
      ])
      expect([sum, text]).toEqual([124_999_750_000, 3_000_000])
    })

    test.runIf(name === 'threads')('that are views on shared memory are the same memory', async () => {
      const cells = new Int32Array(new SharedArrayBuffer(8))
      await Parallel()([delayed((view: Int32Array) => Atomics.store(view, 1, 5))(cells)])
      expect(cells[1]).toBe(5)
    })

    test.runIf(name === 'processes')('that are views on shared memory are refused', async () => {
      const error = await rejectionOf(Parallel()([delayed((view: Int32Array) => view[0])(new Int32Array(new SharedArrayBuffer(8)))]))
      expect((error as Error).message).toContain('only threads see it')
    })
  })

  describe('results', () => {
    test('that a task changes afterwards arrive as they were', async () => {
      const log: number[] = []
      const append = (x: number) => {
        log.push(x)
        return log
      }
      const lengths = (await Parallel({ nJobs: 1, batchSize: 10 })(range(30).map((i) => delayed(append)(i)))).map((list) => list.length)
      expect(lengths).toEqual(range(30).map((i) => i + 1))
    })

    test.each([2, 200, 2_000])('that are views on one buffer of %i numbers arrive as they were', async (length) => {
      const out = new Float64Array(length)
      const fill = (x: number) => out.fill(x)
      const results = await Parallel({ batchSize: 10 })(range(20).map((i) => delayed(fill)(i)))
      expect(results).toEqual(range(20).map((i) => new Float64Array(length).fill(i)))
    })

    test('that are small arrays each have memory of their own', async () => {
      const results = await Parallel({ batchSize: 10 })(range(20).map((i) => delayed((x: number) => Uint16Array.of(x, x + 1))(i)))
      expect(new Set(results.map(({ buffer }) => buffer)).size).toBe(20)
      expect(results.map(({ buffer, byteOffset }) => [buffer.byteLength, byteOffset])).toEqual(range(20).map(() => [4, 0]))
    })

    test('may be small arrays beside anything else', async () => {
      const kinds: (() => unknown)[] = [
        () => Int8Array.of(1, 2),
        () => Int8Array.of(3, 4),
        () => 5,
        () => Int8Array.of(6, 7, 8),
        () => Uint8Array.of(9, 10),
        () => new Map([[1, Int8Array.of(11, 12)]]),
        () => Buffer.from('ab'),
        () => undefined,
      ]
      const results = await Parallel({ batchSize: kinds.length })(kinds.map((kind) => delayed(kind)()))
      expect(results).toEqual(kinds.map((kind) => kind()))
    })

    test('are objects of their own, task by task', async () => {
      const constant = { list: [1] }
      const [first, second] = await Parallel({ batchSize: 2 })(range(2).map(() => delayed(() => constant)()))
      expect(first).toEqual(constant)
      expect(first).not.toBe(second)
      expect(first).not.toBe(constant)
    })

    test('that are frozen stay frozen', async () => {
      const [frozen] = await Parallel()([delayed(() => Object.freeze({ a: 1 }))()])
      expect(Object.isFrozen(frozen)).toBe(true)
    })

    test('may be errors', async () => {
      const [error] = await Parallel()([delayed(() => new OrderError({ id: 3 }))()])
      expect(error).toBeInstanceOf(OrderError)
      expect(error.order).toEqual({ id: 3 })
    })
  })
}
