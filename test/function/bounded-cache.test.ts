import { expect, test } from 'vitest'
import { BoundedCache } from '../../src/function/source/bounded-cache.js'

test('what was put in lately is found', () => {
  const cache = new BoundedCache<number>(10_000)

  for (let i = 0; i < 100; i++) cache.set(`key ${i}`, i)

  expect(cache.get('key 99')).toBe(99)
  expect(cache.get('key 95')).toBe(95)
})

test('what has not been asked for in a while is forgotten, what is asked for again and again stays', () => {
  const cache = new BoundedCache<number>(10_000)
  cache.set('often', 1)
  cache.set('once', 2)

  for (let i = 0; i < 100; i++) {
    cache.set(`key ${i}`, i)
    cache.get('often')
  }

  expect(cache.get('often')).toBe(1)
  expect(cache.get('once')).toBeUndefined()
})

test('a value that replaces another one is the one that is found', () => {
  const cache = new BoundedCache<string>(10_000)

  cache.set('key', 'old')
  cache.set('key', 'new')

  expect(cache.get('key')).toBe('new')
})
