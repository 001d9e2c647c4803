/** Data of the program's own is told from what every process has. */
import { builtinModules } from 'node:module'
import { expect, test } from 'vitest'
import { knownReference } from '../../src/function/found/known.js'
import { isOrdinary } from '../../src/function/found/ordinary.js'

test.each([
  ['a record', { a: 1, b: { c: [2] } }],
  ['an array', [1, () => 1]],
  ['an array that is frozen', Object.freeze([1])],
  ['a record of very many keys', Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`k${i}`, i]))],
])('%s is', (_, value) => {
  expect(isOrdinary(value)).toBe(true)
})

test.each([
  ['a record with a method', { run: () => 1 }],
  [
    'a record with a getter',
    {
      get a() {
        return 1
      },
    },
  ],
  ['an instance', new (class Dog {})()],
  ['a Map', new Map()],
  ['a record without a prototype', Object.create(null)],
  ['Array.prototype', Array.prototype],
  ['Math', Math],
])('%s is not', (_, value) => {
  expect(isOrdinary(value)).toBe(false)
})

test('nothing that every process has is taken for data of the program, whatever modules are loaded', () => {
  const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function'
  const seen = new Set<object>()
  const missed: string[] = []
  const look = (value: unknown, path: string, depth: number): void => {
    if (!isObject(value) || seen.has(value)) return
    seen.add(value)
    if (knownReference(value) !== undefined && isOrdinary(value)) missed.push(path)
    if (depth === 0) return
    for (const key of Object.getOwnPropertyNames(value))
      look(Object.getOwnPropertyDescriptor(value, key)?.value, `${path}.${key}`, depth - 1)
  }
  const quiet = ['punycode', 'sys', 'inspector', 'inspector/promises', 'trace_events', 'wasi', 'test', 'test/reporters', 'process']
  for (const name of builtinModules) {
    const bare = name.replace(/^node:/, '')
    if (!bare.startsWith('_') && !quiet.includes(bare)) look(process.getBuiltinModule(`node:${bare}`), bare, 4)
  }
  for (const name of Object.getOwnPropertyNames(globalThis)) look(Object.getOwnPropertyDescriptor(globalThis, name)?.value, name, 4)
  expect(seen.size).toBeGreaterThan(1_000)
  // What a stream notes for itself is nobody's to send.
  expect(missed.filter((path) => !path.endsWith('._events'))).toEqual([])
})
