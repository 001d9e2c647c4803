/** Rows of arguments as tasks, pulled one by one. */
import { type AnyFunction, type Task, taskOf } from '../task.js'
import { checkArray } from './checks.js'

/**
 * What is gone through: an array, a generator or an async generator.
 *
 * @example
 * ```ts
 * import { type Items, Pool } from 'joblet/multiprocessing'
 *
 * const sum = async (numbers: Items<number>): Promise<number> => {
 *   let all = 0
 *   for await (const n of numbers) all += n
 *   return all
 * }
 * const pool = Pool({ processes: 2, backend: 'threads' })
 * console.log(await sum(pool.imap(Math.sqrt, [1, 4, 9]))) // 6
 * pool.close()
 * ```
 * @category Input
 */
export type Items<T> = Iterable<T> | AsyncIterable<T>

/** A task for each row: its arguments. @throws {TypeError} When a row that is no array is pulled. */
export function tasksOfRows(fn: AnyFunction, rows: Items<unknown>): Items<Task> {
  if (Array.isArray(rows)) return Array.from(rows, (row: unknown) => rowTask(fn, row))
  return isAsync(rows) ? laterTasks(fn, rows) : tasks(fn, rows)
}

/** Rows of one item of each of `columns`, until the shortest is at its end. */
export function zip(columns: readonly Items<unknown>[]): Items<readonly unknown[]> {
  return columns.some(isAsync) ? zipLater(columns) : zipNow(columns as readonly Iterable<unknown>[])
}

const isAsync = (items: Items<unknown>): items is AsyncIterable<unknown> => typeof items === 'object' && Symbol.asyncIterator in items

function rowTask(fn: AnyFunction, row: unknown): Task {
  checkArray(row, 'an array of arguments for each call, such as [[1, 2], [3, 4]]')
  return taskOf(fn, row)
}

function* tasks(fn: AnyFunction, rows: Iterable<unknown>): Generator<Task> {
  for (const row of rows) yield rowTask(fn, row)
}

async function* laterTasks(fn: AnyFunction, rows: AsyncIterable<unknown>): AsyncGenerator<Task> {
  for await (const row of rows) yield rowTask(fn, row)
}

function* zipNow(columns: readonly Iterable<unknown>[]): Generator<readonly unknown[]> {
  const iterators = columns.map((column) => column[Symbol.iterator]())
  try {
    for (;;) {
      const row: unknown[] = []
      for (const iterator of iterators) {
        const { done, value } = iterator.next()
        if (done === true) return
        row.push(value)
      }
      yield row
    }
  } finally {
    for (const iterator of iterators) iterator.return?.()
  }
}

async function* zipLater(columns: readonly Items<unknown>[]): AsyncGenerator<readonly unknown[]> {
  const iterators = columns.map((column) => (isAsync(column) ? column[Symbol.asyncIterator]() : column[Symbol.iterator]()))
  try {
    for (;;) {
      const items = await Promise.all(iterators.map((iterator) => iterator.next()))
      if (items.some(({ done }) => done === true)) return
      yield items.map(({ value }): unknown => value)
    }
  } finally {
    for (const iterator of iterators) await iterator.return?.()
  }
}
