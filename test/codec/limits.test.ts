/** What is larger than Node takes at once goes in parts. */
import { expect, test } from 'vitest'
import { partAt } from '../../src/codec/limits.js'

test('no more is read or written at a time than Node takes', () => {
  for (const bytes of [0, 1, 2 ** 30, 3e9, 2 ** 33]) {
    let at = 0
    for (; at < bytes; at += partAt(at, bytes)) expect(partAt(at, bytes)).toBeLessThan(2 ** 31)
    expect(at).toBe(bytes)
  }
})
