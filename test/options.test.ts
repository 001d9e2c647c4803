import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OptionError } from '../src/errors.js'
import { readOptions, show } from '../src/options.js'
import { boolean, either, exactly, fields, fn, integer, mapped, oneOf, positive, string, strings, withDefault } from '../src/rules.js'
import { didYouMean, editDistance } from '../src/spelling.js'

const rules = {
  nJobs: integer({ min: 1 }),
  batchSize: withDefault(either(oneOf('auto'), integer({ min: 1 })), 'auto'),
  returnAs: withDefault(oneOf('list', 'generator'), 'list'),
  limits: fields<{ heapMb: number }>('an object of limits', { heapMb: positive('MiB') }),
}

const problemsOf = (given: unknown): readonly string[] => {
  try {
    readOptions('Thing', rules, given)
  } catch (error) {
    if (error instanceof OptionError) return error.problems
    throw error
  }
  return []
}

describe('reading options', () => {
  test('defaults stand in for what is not given, and undefined counts as not given', () => {
    expect(readOptions('Thing', rules, undefined)).toEqual({ nJobs: undefined, batchSize: 'auto', returnAs: 'list', limits: undefined })
    expect(readOptions('Thing', rules, { nJobs: 2, batchSize: undefined })).toMatchObject({ nJobs: 2, batchSize: 'auto' })
  })

  test('every problem is in one error, with the value that was given', () => {
    expect(() =>
      readOptions('Thing', rules, { nJobs: 0, batchSize: 'auot', retrunAs: 'list', limits: { heapMB: 1 } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[OptionError: cannot use the options of Thing: \`nJobs\` must be a whole number from 1, got 0; \`batchSize\` must be 'auto' or a whole number from 1, got 'auot' (did you mean 'auto'?); unknown option \`retrunAs\` (did you mean \`returnAs\`?); \`limits\` must be an object of limits, got an Object (unknown option \`heapMB\` (did you mean \`heapMb\`?))]`,
    )
  })

  test('joblib names in snake_case are recognized', () => {
    expect(problemsOf({ n_jobs: 2, batch_size: 3 })).toEqual([
      'unknown option `n_jobs` (did you mean `nJobs`?)',
      'unknown option `batch_size` (did you mean `batchSize`?)',
    ])
  })

  test('a name that is nothing like ours gets no suggestion', () => {
    expect(problemsOf({ colour: 'red' })).toEqual(['unknown option `colour`'])
  })

  test('names of Object.prototype are unknown options like any other', () => {
    expect(problemsOf({ constructor: 1 })).toEqual(['unknown option `constructor`'])
    expect(problemsOf(JSON.parse('{ "toString": 1, "__proto__": 1 }'))).toEqual(['unknown option `toString`', 'unknown option `__proto__`'])
  })

  test.each([[null], [[]], ['x'], [3], [true], [() => 1], [new Map()], [Promise.resolve()], [(function* () {})()]])(
    '%s is no set of options',
    (given) => {
      expect(problemsOf(given)).toEqual([`options must be an object, got ${show(given)}`])
    },
  )

  test('conflicts are told together with wrong options, which count as not given there', () => {
    const seen: unknown[] = []
    const read = () =>
      readOptions(
        'Thing',
        rules,
        { nJobs: 'x', returnAs: 'generator' },
        (options) => [seen.push(options), 'a conflict'].slice(1) as string[],
      )
    expect(read).toThrow("`nJobs` must be a whole number from 1, got 'x'; a conflict")
    expect(seen).toMatchObject([{ nJobs: undefined, returnAs: 'generator' }])
  })
})

describe('rules', () => {
  const fits = (rule: { read: (value: unknown) => { _tag: string } }, value: unknown) => rule.read(value)._tag === 'Right'

  test.each([
    [integer({ min: 1 }), [1, 7], [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', 1n, null]],
    [positive('ms'), [0.1, 5], [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '1']],
    [exactly(Number.POSITIVE_INFINITY), [Number.POSITIVE_INFINITY], [1, undefined]],
    [oneOf('a', 'b'), ['a'], ['c', '', 0]],
    [boolean, [true, false], [0, 'true']],
    [string, ['', 'x'], [1, null]],
    [strings, [[], ['a']], [['a', 1], 'a']],
    [fn(), [() => 1, class {}], [{}, 'f']],
  ])('%o', (rule, right, wrong) => {
    expect(right.filter((value) => !fits(rule, value))).toEqual([])
    expect(wrong.filter((value) => fits(rule, value))).toEqual([])
  })

  test('a mapped rule gives the value to work with', () => {
    expect(readOptions('Thing', { verbose: mapped(boolean, Number) }, { verbose: true })).toEqual({ verbose: 1 })
  })
})

describe('showing values', () => {
  test.each([
    ['x', "'x'"],
    ['two\nlines', "'two\\nlines'"],
    [Number.NaN, 'NaN'],
    [3n, '3n'],
    [null, 'null'],
    [Symbol('s'), 'Symbol(s)'],
    [[1, 2], 'an array of 2'],
    [new Map(), 'a Map'],
    [{}, 'an Object'],
    [function name() {}, 'the function name'],
    ['x'.repeat(100), `'${'x'.repeat(56)}...`],
  ])('%o', (value, shown) => {
    expect(show(value)).toBe(shown)
  })

  test('any value is shown, on one short line', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withSparseArray: true }),
        (value) => !show(value).includes('\n') && show(value).length <= 80,
      ),
    )
  })
})

describe('spelling', () => {
  test.each([
    ['batchsize', 'did you mean batchSize?'],
    ['bacthSize', 'did you mean batchSize?'],
    ['preDispach', 'did you mean preDispatch?'],
    ['maxNbytes', ''],
    ['', ''],
  ])('%s', (name, advice) => {
    expect(didYouMean(name, ['batchSize', 'preDispatch', 'timeout'], '')).toBe(advice)
  })

  test('the distance is a metric as far as it goes: zero to itself, symmetric, bounded by the longer name', () => {
    const name = fc.string({ maxLength: 12 })
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(editDistance(a, a)).toBe(0)
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
      }),
    )
  })

  test('two letters in the wrong order are one mistake', () => {
    expect(editDistance('timeuot', 'timeout')).toBe(1)
  })
})
