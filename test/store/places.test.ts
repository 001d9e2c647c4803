/** No key, whatever it says, names a file outside of its store. */
import { resolve, sep } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EntryPaths, isKey, placesIn, prefixPath } from '../../src/store/places.js'

const places = placesIn('/cache')
const isInside = (path: string): boolean => resolve(path) === path && path.startsWith(`${places.entries}${sep}`)

const part = fc.oneof(
  fc.constantFrom('..', '.', '', 'f', '~', '%2e%2e', 'a\0b', 'C:', '..\\..', '\u2026', '-', '.hidden'),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.stringMatching(/^[0-9a-f]{1,70}$/),
)
const key = fc.oneof(
  fc.array(part, { maxLength: 5 }).map((parts) => parts.join('/')),
  fc.string({ unit: 'binary' }),
)

test('a text is refused, or its file lies among the entries', () => {
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), (keys) => {
      // One object for all: it remembers how the key before began.
      const paths = new EntryPaths(places)
      for (const one of keys) {
        const path = paths.of(one)
        expect(path === undefined).toBe(!isKey(one))
        if (path !== undefined) expect(isInside(path)).toBe(true)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a prefix is refused, or its folder lies among the entries', () => {
  fc.assert(
    fc.property(key, (one) => {
      const path = prefixPath(places, `${one}/`)
      if (path !== undefined) expect(isInside(path)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test.each(['../../etc/passwd', 'f/../x', '/etc/passwd/x/y', 'f/v/..', 'f/v/.ssh', 'f/v', 'f/v/a/b', 'f\\..\\v/a/b'])(
  '%s is no key',
  (text) => {
    expect(isKey(text)).toBe(false)
  },
)
