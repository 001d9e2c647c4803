/** Where tasks come from. */
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
  expect(new TaskReader(alike.values()).nextNumbers(callee, into, 0, 8)).toBe(0)
})
