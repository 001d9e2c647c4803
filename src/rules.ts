/** Rules that options are made of: each says what fits, and reads it. */
import { type Either, left, map, mapLeft, orElseW, pipe, right } from './fp-ts.js'
import { isOptions, type Rule, type RuleWithDefault, readFields, type Table } from './options.js'
import { didYouMean } from './spelling.js'

/** A rule from a test; what fits is passed on as it is. */
export const rule = <T>(expects: string, fits: (value: unknown) => value is T, advice: (value: unknown) => string = () => ''): Rule<T> => ({
  expects,
  read: (value) => (fits(value) ? right(value) : left(advice(value))),
})

/** A rule with the value that its option has when it is not given. */
export const withDefault = <T>(rule: Rule<T>, fallback: T): RuleWithDefault<T> => ({ ...rule, fallback })

/** A rule that knows what other libraries call its option. */
export const alsoCalled = <R extends Rule<unknown>>(rule: R, ...elsewhere: readonly string[]): R => ({ ...rule, elsewhere })

/** A rule whose value is turned into another before anyone works with it. */
export const mapped = <A, B>({ expects, read }: Rule<A>, f: (value: A) => B): Rule<B> => ({
  expects,
  read: (value) => pipe(read(value), map(f)),
})

/** A rule of its own making: `read` gives the value to work with, or advice. */
export const parsed = <T>(expects: string, read: (value: unknown) => Either<string, T>): Rule<T> => ({ expects, read })

/** What fits the first rule or, failing that, the second. */
export const either = <A, B>(first: Rule<A>, second: Rule<B>): Rule<A | B> => ({
  expects: `${first.expects} or ${second.expects}`,
  read: (value) =>
    pipe(
      first.read(value),
      orElseW((advice) =>
        pipe(
          second.read(value),
          mapLeft((other) => advice || other),
        ),
      ),
    ),
})

/** A whole number from `min`. */
export const integer = ({ min }: { min: number }): Rule<number> =>
  rule(`a whole number from ${min}`, (value): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= min)

/** A finite number above 0; `unit` says of what. */
export const positive = (unit: string): Rule<number> =>
  rule(`a number of ${unit} above 0`, (value): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0)

/** One value and no other. */
export const exactly = <const T>(expected: T): Rule<T> => rule(String(expected), (value): value is T => value === expected)

/** One of some names; a misspelt one is recognized. */
export const oneOf = <const T extends string>(...names: readonly T[]): Rule<T> =>
  rule(
    listed(names.map((name) => `'${name}'`)),
    (value): value is T => names.some((name) => name === value),
    (value) => (typeof value === 'string' ? didYouMean(value, names, "'") : ''),
  )

const listed = (items: readonly string[]): string => [items.slice(0, -1).join(', '), ...items.slice(-1)].filter(Boolean).join(' or ')

/** True or false. */
export const boolean: Rule<boolean> = rule('true or false', (value) => typeof value === 'boolean')

/** A string. */
export const string: Rule<string> = rule('a string', (value) => typeof value === 'string')

/** A function; what it takes and gives cannot be checked. */
export const fn = <F>(): Rule<F> => rule('a function', (value): value is F => typeof value === 'function')

/** An object for which `fits` holds. */
export const object = <T>(expects: string, fits: (value: object) => boolean, advice?: (value: unknown) => string): Rule<T> =>
  rule(expects, (value): value is T => typeof value === 'object' && value !== null && fits(value), advice)

/** An object with the options of a table of its own. */
export const fields = <T extends object>(expects: string, rules: Table): Rule<T> =>
  parsed(expects, (value) => {
    if (!isOptions(value)) return left('')
    const { left: problems, right: pairs } = readFields(rules, value)
    return problems.length > 0 ? left(problems.join(', ')) : right(Object.fromEntries(pairs) as T)
  })

/** An array. */
export const array: Rule<readonly unknown[]> = rule('an array', (value): value is readonly unknown[] => Array.isArray(value))

/** An array of strings. */
export const strings: Rule<readonly string[]> = rule(
  'an array of strings',
  (value): value is readonly string[] => Array.isArray(value) && value.every((item) => typeof item === 'string'),
)

/** Bytes. */
export const size = parsed("a number of bytes above 0, or a text such as '64M' or '2G'", readSize)

function readSize(value: unknown): Either<string, number> {
  if (typeof value === 'number') return value > 0 ? right(value) : left('')
  const [, digits, unit = ''] = (typeof value === 'string' && /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?\s*$/i.exec(value)) || []
  if (digits === undefined || Number(digits) === 0) return left('')
  return right(Math.round(Number(digits) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' ')))
}
