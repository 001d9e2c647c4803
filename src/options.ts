/** Options as tables of rules: every problem of what a caller gave, in one error that says what would fit. */
import { OptionError } from './errors.js'
import { bimap, type Either, left, pipe, type Separated, separate } from './fp-ts.js'
import { insteadOf } from './misplaced.js'
import { didYouMean } from './spelling.js'

/** How one option is checked. */
export interface Rule<T> {
  /** What fits, as the end of "must be ...". */
  readonly expects: string
  /** The value to work with; or, of a wrong one, advice: what to write instead, empty where `expects` says it all. */
  readonly read: (value: unknown) => Either<string, T>
  /** What other libraries call the option. */
  readonly elsewhere?: readonly string[]
}

/** A rule that knows what its option comes to when it is not given. */
export interface RuleWithDefault<T> extends Rule<T> {
  readonly fallback: T
}

/** One rule for each option in `Options`: the compiler shows where one is missing. */
export type Rules<Options> = { readonly [K in keyof Options]-?: Rule<Options[K]> }

/** What reading with the table `R` gives: undefined only where no default stands in. */
export type Read<R> = {
  readonly [K in keyof R]: R[K] extends RuleWithDefault<infer T> ? T : R[K] extends Rule<infer T> ? T | undefined : never
}

/** Any table of rules. */
export type Table = Readonly<Record<string, Rule<unknown> & { readonly fallback?: unknown }>>

/**
 * The options of `where`, checked, with defaults filled in.
 *
 * @param given What the caller gave; undefined is no options, and a value of undefined is an option not given.
 * @param conflicts Tells problems between options; an option that is wrong by itself counts as not given there.
 * @param base Checked values of options that may not be given here.
 * @throws {OptionError} With every problem, if there is any.
 */
export function readOptions<R extends Table>(
  where: string,
  rules: R,
  given: unknown,
  conflicts?: (read: Read<R>) => readonly string[],
  base: object = {},
): Read<R> {
  if (given !== undefined && !isOptions(given)) {
    throw new OptionError(where, [`options must be an object, got ${show(given)}${inBrackets(insteadOf(where, given))}`])
  }
  const { left: wrong, right: pairs } = readFields(rules, given ?? {})
  const read = { ...fallbacks(rules), ...base, ...Object.fromEntries(pairs) } as Read<R>
  const problems = [...wrong, ...(conflicts?.(read) ?? [])]
  if (problems.length > 0) throw new OptionError(where, problems)
  return read
}

/** Whether `value` may hold options. What iterates or resolves is an argument in the wrong place, such as `Parallel(tasks)`. */
export const isOptions = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(Symbol.iterator in value) && !(Symbol.asyncIterator in value) && !('then' in value)

/** The problems, left, and the names with their checked values, right, of what is given in `fields`. */
export function readFields(rules: Table, fields: object): Separated<string[], Array<readonly [string, unknown]>> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return separate(given.map(([name, value]) => readField(rules, name, value)))
}

function readField(rules: Table, name: string, value: unknown): Either<string, readonly [string, unknown]> {
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
  if (rule === undefined)
    return left(`unknown option \`${name}\`${inBrackets(calledElsewhere(rules, name) || didYouMean(name, Object.keys(rules), '`'))}`)
  return pipe(
    rule.read(value),
    bimap(
      (advice) => `\`${name}\` must be ${rule.expects}, got ${show(value)}${inBrackets(advice)}`,
      (read) => [name, read],
    ),
  )
}

function calledElsewhere(rules: Table, name: string): string {
  const [ours] = Object.entries(rules).find(([, { elsewhere }]) => elsewhere?.includes(name)) ?? []
  return ours === undefined ? '' : `use \`${ours}\``
}

const fallbacks = (rules: Table): object => Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule.fallback]))

const inBrackets = (advice: string): string => (advice === '' ? '' : ` (${advice})`)

/** `value` as messages show it: short, and on one line. */
export function show(value: unknown): string {
  if (typeof value === 'string') return clipped(`'${value}'`)
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${clipped(value.name)}`
  if (typeof value === 'bigint') return clipped(`${value}n`)
  if (typeof value !== 'object' || value === null) return clipped(String(value))
  if (Array.isArray(value)) return `an array of ${value.length}`
  const name = clipped(Object.prototype.toString.call(value).slice(8, -1))
  return /^[AEIO]/.test(name) ? `an ${name}` : `a ${name}`
}

const longestShown = 60

function clipped(text: string): string {
  const line = text.replaceAll('\n', '\\n')
  return line.length > longestShown ? `${line.slice(0, longestShown - 3)}...` : line
}
