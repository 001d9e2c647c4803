/** Where tasks come from. */
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { delayed } from '../../src/parallel/input/delayed.js'
import { end, TaskReader } from '../../src/parallel/input/source.js'
import { Task, taskOf } from '../../src/task.js'

const task = (n: number): Task => taskOf(Math.sqrt, [n])

async function drain(reader: TaskReader): Promise<Task[]> {
  const tasks: Task[] = []
  for (let next = await reader.next(); next !== end; next = await reader.next()) tasks.push(next)
  return tasks
}

test.each([
  ['an array', () => [task(1), task(2)], 2],
  ['a set', () => new Set([task(1), task(2)]), undefined],
  [
    'a generator',
    function* () {
      yield* [task(1), task(2)]
    },
    undefined,
  ],
  [
    'an async generator',
    async function* () {
      yield* [task(1), task(2)]
    },
    undefined,
  ],
  [
    'an array of raw tasks',
    () => [
      [Math.sqrt, [1]],
      [Math.sqrt, [2]],
    ],
    2,
  ],
  ['an array of tasks of the built package', () => [delayed(Math.sqrt)(1), delayed(Math.sqrt)(2)], 2],
])('%s gives its tasks one by one', async (_, make, total) => {
  const reader = new TaskReader(make())
  expect([reader.total, reader.remaining, reader.ended]).toEqual([total, total, false])
  expect((await drain(reader)).map(({ args }) => args)).toEqual([[1], [2]])
  expect([reader.pulled, reader.ended]).toEqual([2, true])
})

test('a raw task may leave out its arguments', () => {
  expect(new TaskReader([[Math.random]]).next()).toMatchObject({ args: [] })
})

test('a sync input is read without a promise', () => {
  const reader = new TaskReader([task(1)])
  expect(reader.next()).toBeInstanceOf(Task)
  expect(reader.next()).toBe(end)
  expect(reader.next()).toBe(end)
})

test('an array with a hole names the item', () => {
  const reader = new TaskReader(Object.assign(new Array(3), { 0: task(0), 2: task(2) }))
  reader.next()
  expect(() => reader.next()).toThrow('cannot run item 1 of the input: undefined is no task')
})

test.each([
  [5, 'cannot run 5: it is no list of tasks'],
  [delayed(Math.sqrt)(4), 'cannot run a task that is in no list; pass an array, also of one: [delayed(fn)(...args)]'],
  ['text', 'cannot run "text"'],
  [null, 'cannot run null'],
  [() => 1, 'cannot run the function (anonymous)'],
  [{ length: 1 }, 'cannot run an Object'],
])('%s is no input', (input, message) => {
  expect(() => new TaskReader(input)).toThrow(message)
})

test.each([
  [[Math.sqrt, [1], 'more'], 'an Array is no task'],
  [[Math.sqrt, 1], 'an Array is no task'],
  ['x'.repeat(100), '"xxxx'],
  [Math.sqrt, 'call what delayed(fn) gives'],
  [Promise.resolve(), 'the function was called already'],
])('an item %s is refused, and the input is closed', async (item, message) => {
  const close = vi.fn(() => ({ done: true as const, value: undefined }))
  const input = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: item }), return: close }) }
  const reader = new TaskReader(input)
  expect(() => reader.next()).toThrow(message)
  await reader.close()
  expect(close).toHaveBeenCalledOnce()
})

test('an input that throws has ended: nothing more is asked of it', async () => {
  const iterator = {
    next: vi.fn(() => {
      throw new Error('broken')
    }),
    return: vi.fn(() => ({ done: true as const, value: undefined })),
  }
  const reader = new TaskReader({ [Symbol.iterator]: () => iterator })
  expect(() => reader.next()).toThrow('broken')
  expect(reader.next()).toBe(end)
  await reader.close()
  expect(iterator.next).toHaveBeenCalledOnce()
  expect(iterator.return).not.toHaveBeenCalled()
})

test('closing an async input that is busy does not wait for it', async () => {
  const stuck = { next: () => new Promise(() => undefined), return: () => new Promise(() => undefined) }
  const reader = new TaskReader({ [Symbol.asyncIterator]: () => stuck })
  void reader.next()
  await reader.close()
  expect(reader.ended).toBe(true)
})

test('an error of return() reaches whoever closes the input', async () => {
  const input = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false, value: task(1) }),
      return: () => {
        throw new Error('cannot close')
      },
    }),
  }
  const reader = new TaskReader(input)
  reader.next()
  await expect(reader.close()).rejects.toThrow('cannot close')
  await reader.close()
})

test('numbers of tasks that are alike are pulled together, up to the first that is not', () => {
  const squareRoot = delayed(Math.sqrt)
  const alike = [1, 2, 3, 4].map((n) => squareRoot(n))
  const odd = [delayed(Math.sqrt, { label: 'x' })(5), delayed(Math.cbrt)(6), squareRoot('7' as unknown as number), squareRoot(8)]
  const reader = new TaskReader([...alike, ...odd])
  const into = new Float64Array(8)
  const { callee } = alike[0] as Task

  expect(reader.nextNumbers(callee, into, 1, 3)).toBe(3)
  expect(reader.nextNumbers(callee, into, 4, 4)).toBe(1)
  expect([...into]).toEqual([0, 1, 2, 3, 4, 0, 0, 0])
  for (let i = 0; i < 3; i++) {
    expect(reader.nextNumbers(callee, into, 0, 8)).toBe(0)
    expect(reader.next()).toBe(odd[i])
  }
  expect([reader.pulled, reader.remaining]).toEqual([7, 1])
  expect(reader.nextNumbers(callee, into, 0, 8)).toBe(1)
  expect([reader.next(), reader.nextNumbers(callee, into, 0, 8), reader.isArray]).toEqual([end, 0, true])
})

const never = (): never => {
  throw new Error('never')
}

const squareRoot = delayed(Math.sqrt)
const { callee } = squareRoot(1)

/** An input of one item each, and whether it throws at its end. */
const inputs = fc.record({
  items: fc.array(fc.oneof(fc.nat(99), fc.constantFrom('text', 'other', 'raw')), { maxLength: 30 }),
  breaks: fc.boolean(),
})

const itemOf = (item: number | string): unknown => {
  if (item === 'raw') return [Math.cbrt, [8]]
  return item === 'other' ? delayed(Math.cbrt)(8) : squareRoot(item as number)
}

test('a generator gives the same tasks in the same order, whether numbers are pulled together or one by one', () => {
  fc.assert(
    fc.property(inputs, fc.infiniteStream(fc.nat(5)), ({ items, breaks }, sizes) => {
      const generate = function* () {
        for (const item of items) yield itemOf(item)
        if (breaks) throw new Error('broken')
      }
      const reader = new TaskReader(generate())
      const got: unknown[] = []
      const into = new Float64Array(5)
      const pull = () => {
        const count = reader.nextNumbers(callee, into, 0, sizes.next().value)
        got.push(...into.subarray(0, count))
        expect(reader.pulled).toBe(got.length)
        const next = reader.next()
        if (next !== end) got.push(next instanceof Task ? (next.fn === Math.sqrt ? next.args[0] : 'cube root') : next)
        return next !== end
      }
      let error: unknown
      try {
        while (pull());
      } catch (thrown) {
        error = thrown
      }
      expect(got).toEqual(items.map((item) => (item === 'raw' || item === 'other' ? 'cube root' : item)))
      expect([error === undefined, reader.ended]).toEqual([!breaks, true])
    }),
  )
})

test('nothing is asked of an iterator that ended or threw while numbers were pulled', async () => {
  const none = new Float64Array(4)
  for (const last of [() => ({ done: true, value: undefined }) as const, never]) {
    const steps: (() => IteratorResult<unknown>)[] = [() => ({ done: false, value: squareRoot(1) }), last]
    const iterator = { next: () => (steps.shift() ?? never)(), return: vi.fn(never) }
    const reader = new TaskReader({ [Symbol.iterator]: () => iterator })
    expect([reader.nextNumbers(callee, none, 0, 4), reader.ended]).toEqual([1, false])
    expect(reader.nextNumbers(callee, none, 0, 4)).toBe(0)
    await reader.close()
    expect(iterator.return).not.toHaveBeenCalled()
  }
})

test('an input that is closed by its own code while numbers are pulled hears of it', async () => {
  const close = vi.fn(() => ({ done: true as const, value: undefined }))
  const iterator = {
    next() {
      void reader.close()
      return { done: false, value: squareRoot(1) }
    },
    return: close,
  }
  const reader: TaskReader = new TaskReader({ [Symbol.iterator]: () => iterator })
  expect([reader.nextNumbers(callee, new Float64Array(4), 0, 4), reader.next()]).toEqual([0, end])
  expect(close).toHaveBeenCalledTimes(2)
})
