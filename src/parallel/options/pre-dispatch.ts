/** `preDispatch` expressions such as `'2*nJobs'`: read by a parser of our own, never run as code. */
import { type Either, left, right } from '../../fp-ts.js'

// joblib's bounds: long enough for any sensible expression, too short for one that takes time.
const longest = 30
const largest = 1e6

/**
 * Batches that `expression` allows with `nJobs` workers, rounded down.
 *
 * @param expression Numbers, `nJobs` (or `n_jobs`), `+ - * / // % **` with Python's meaning and precedence, and parentheses.
 * @returns A whole number from 1; or, left, what is wrong.
 */
export function evaluatePreDispatch(expression: string, nJobs: number): Either<string, number> {
  if (expression.length > longest) return left(`it has more than ${longest} characters`)
  try {
    const batches = Math.floor(new Reader(tokens(expression), nJobs).whole())
    return batches >= 1 ? right(batches) : left(`it comes to ${batches} with nJobs = ${nJobs}, and must come to 1 or more`)
  } catch (error) {
    if (error instanceof Wrong) return left(error.message)
    throw error
  }
}

/** Leaves the recursion; never leaves this file. */
class Wrong extends Error {}

const tokens = (expression: string): string[] => expression.match(/\*\*|\/\/|\d+\.?\d*|\.\d+|[A-Za-z_]\w*|\S/g) ?? []

/** Recursive descent, a method for each level of precedence. */
class Reader {
  readonly #left: string[]
  readonly #nJobs: number

  constructor(tokens: string[], nJobs: number) {
    this.#left = tokens
    this.#nJobs = nJobs
  }

  whole(): number {
    const value = this.#sum()
    if (this.#left.length > 0) throw new Wrong(`'${this.#left[0]}' is not expected there`)
    return value
  }

  #sum(): number {
    let value = this.#product()
    while (this.#at('+', '-')) value = apply(this.#take(), value, this.#product())
    return value
  }

  #product(): number {
    let value = this.#signed()
    while (this.#at('*', '/', '//', '%')) value = apply(this.#take(), value, this.#signed())
    return value
  }

  #signed(): number {
    if (!this.#at('-')) return this.#power()
    this.#take()
    return -this.#signed()
  }

  // Binds tighter than the sign before it, and to the right: -2**2 is -4, 2**3**2 is 512.
  #power(): number {
    const base = this.#atom()
    return this.#at('**') ? apply(this.#take(), base, this.#signed()) : base
  }

  #atom(): number {
    const token = this.#take()
    if (token === 'nJobs' || token === 'n_jobs') return this.#nJobs
    if (/^[\d.]+$/.test(token)) return bounded(Number(token))
    if (token !== '(') throw new Wrong(/^\w/.test(token) ? `it may name nJobs, not ${token}` : `'${token}' is not expected there`)
    const value = this.#sum()
    if (this.#take() !== ')') throw new Wrong('a parenthesis is not closed')
    return value
  }

  #at(...operators: readonly string[]): boolean {
    return this.#left[0] !== undefined && operators.includes(this.#left[0])
  }

  #take(): string {
    const token = this.#left.shift()
    if (token === undefined) throw new Wrong('it ends too early')
    return token
  }
}

const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  // Python's modulo takes the sign of the divisor.
  '%': (a, b) => a - b * Math.floor(a / b),
  '**': (a, b) => a ** b,
}

const apply = (operator: string, a: number, b: number): number => bounded(operations[operator]?.(a, b) ?? Number.NaN)

function bounded(value: number): number {
  if (Number.isNaN(value) || Math.abs(value) > largest)
    throw new Wrong(`a part of it comes to ${value}, and may come to ${largest} at most`)
  return value
}
