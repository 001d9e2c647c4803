/** A task: a call put off. */
import { delayed, Parallel } from 'joblet'
import { expect, test, vi } from 'vitest'
import { isTask, Task } from '../src/task.js'

test('delayed calls nothing: the task holds the function and its arguments', () => {
  const fn = vi.fn()
  const task = delayed(fn)(1, 'two')
  expect(fn).not.toHaveBeenCalled()
  expect([task.fn, task.args, task.options]).toEqual([fn, [1, 'two'], undefined])
})

test('delayed keeps the options of its tasks', () => {
  expect(delayed(Math.sqrt, { timeout: 5, retries: 2, label: 'root' })(4).options).toEqual({ timeout: 5, retries: 2, label: 'root' })
})

test.each([undefined, null, 5, 'fn', Promise.resolve()])('delayed(%s) says how it is written', (value) => {
  expect(() => delayed(value as never)).toThrow('write delayed(fn)(...args), not delayed(fn(...args))')
})

test('delayed refuses options that are unknown or wrong, all of them at once', () => {
  expect(() => delayed(Math.sqrt, { timeOut: 5, retries: -1 } as never)).toThrow(/timeOut.*`timeout`.*retries|retries.*timeOut/s)
})

test('a task of another copy of joblet is a task', () => {
  expect(isTask(delayed(Math.sqrt)(4))).toBe(true)
  expect(delayed(Math.sqrt)(4)).not.toBeInstanceOf(Task)
  for (const value of [undefined, null, {}, [Math.sqrt, [4]], Math.sqrt]) expect(isTask(value)).toBe(false)
})

test('a task may run more than once', async () => {
  const task = delayed(Math.sqrt)(9)
  expect(await Parallel({ nJobs: 1 })([task, task])).toEqual([3, 3])
})
