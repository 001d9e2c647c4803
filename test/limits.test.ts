/** What is larger than Node takes at once goes in parts. */
import { constants } from 'node:buffer'
import { expect, test } from 'vitest'
import { checkFileSize } from '../src/file-size.js'
import { partAt, piecesOf } from '../src/limits.js'
import { beginningOf } from '../src/parts.js'

test('no more is read or written at a time than Node takes', () => {
  for (const bytes of [0, 1, 2 ** 30, 3e9, 2 ** 33]) {
    let at = 0
    for (; at < bytes; at += partAt(at, bytes)) expect(partAt(at, bytes)).toBeLessThan(2 ** 31)
    expect(at).toBe(bytes)
  }
})

// Untouched, it takes no memory.
const huge = new Uint8Array(3e9)
const weights = (parts: Iterable<Uint8Array>) => Array.from(parts, ({ byteLength }) => byteLength)

test('bytes come in pieces, one after the other', () => {
  expect(weights(piecesOf(huge))).toEqual([2 ** 30, 2 ** 30, 3e9 - 2 ** 31])
  expect(Array.from(piecesOf(huge), ({ byteOffset }) => byteOffset)).toEqual([0, 2 ** 30, 2 ** 31])
  expect(weights(piecesOf(huge.subarray(0, 10)))).toEqual([10])
  expect(weights(piecesOf(huge.subarray(0, 0)))).toEqual([])
})

test('what is written at once ends where it weighs enough, in the middle of a part if need be', () => {
  const [small, large] = [huge.subarray(0, 10), huge.subarray(0, 2 ** 30)]
  expect(weights(beginningOf([small, small]))).toEqual([10, 10])
  expect(weights(beginningOf([small, huge]))).toEqual([10, 2 ** 30 - 10])
  expect(weights(beginningOf([large, small]))).toEqual([2 ** 30])
  expect(weights(beginningOf([]))).toEqual([])
})

test('a file that this Node could not read again is not written', () => {
  expect(() => checkFileSize(constants.MAX_LENGTH)).toThrow(
    /^cannot keep [\d.]+ GB in one file: this Node reads up to [\d.]+ GB; keep it in parts/,
  )
  expect(checkFileSize(2 ** 31)).toBeUndefined()
})
