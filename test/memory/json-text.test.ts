/** Which results are kept as JSON. */
import { expect, test } from 'vitest'
import { jsonText } from '../../src/memory/json-text.js'

test('a small plain record is, and comes back the same', () => {
  expect(jsonText({ id: 1, tags: ['a', null], on: true })).toBe('{"id":1,"tags":["a",null],"on":true}')
})

test.each(['\ud800', '\\', '"', '\n'])('a record with the key %j, which JSON escapes, is not: not every Node reads it back', (key) => {
  expect(jsonText({ a: { [key]: 1 } })).toBeUndefined()
})

test.each([[-0], [Number.NaN], [undefined], [1n], [new Date(0)]])('what JSON would lose is not: %o', (value) => {
  expect(jsonText({ value })).toBeUndefined()
})
