/** The arguments of a batch's calls. Worker-safe. */
import type { AnyFunction } from '../task.js'
import type { Batch } from './batch.js'
import { columnValues } from './column.js'
import type { RunScope } from './functions.js'

// V8 compiles what is called this way on its own. Called plainly, a function is made part of the loop around it, which knows less of it: rows of the
// Mandelbrot set took 20 % longer, primes 7 %, and perfect numbers as long as before (test/bench); a square root takes 0.005 us more.
const { apply } = Reflect

type Revived = ReadonlyMap<number, readonly unknown[]>
type Unreadable = ReadonlyMap<number, unknown>

/** Calls functions with the arguments that stand in a batch. */
export class Rows {
  /** Calls whose arguments could not be revived, and why; undefined where there are none. */
  readonly unreadable: Unreadable | undefined
  readonly #values: ArrayLike<unknown>
  readonly #doubles: boolean
  readonly #arity: number
  readonly #revived: Revived | undefined

  private constructor(
    { args, arity }: Batch,
    values: ArrayLike<unknown>,
    revived: Revived | undefined,
    unreadable: Unreadable | undefined,
  ) {
    this.#values = values
    this.#doubles = args.numbers instanceof Float64Array
    this.#arity = arity
    this.#revived = revived
    this.unreadable = unreadable
  }

  /** Read a batch's arguments; those that are described are revived first. */
  static async read(batch: Batch, scope: RunScope): Promise<Rows> {
    const { args, size } = batch
    const revived = new Map<number, readonly unknown[]>()
    const unreadable = new Map<number, unknown>()
    let values: ArrayLike<unknown> = []
    try {
      values = columnValues(args)
    } catch (error) {
      // The file that large arguments came in may have been removed by somebody else.
      for (let at = 0; at < size; at++) unreadable.set(at, error)
    }
    for (const [at, parcel] of args.parcels) {
      try {
        revived.set(at, (await scope.reviver.revive(parcel)) as readonly unknown[])
      } catch (error) {
        unreadable.set(at, error)
      }
    }
    return new Rows(batch, values, anyOf(revived), anyOf(unreadable))
  }

  /** Call `fn` with the arguments of the call at `at`. */
  call(fn: AnyFunction, at: number): unknown {
    if (this.#revived !== undefined) {
      const args = this.#revived.get(at)
      if (args !== undefined) return apply(fn, undefined, args)
    }
    const first = this.#arity * at
    switch (this.#arity) {
      case -1:
        return apply(fn, undefined, this.#values[at] as readonly unknown[])
      case 0:
        return apply(fn, undefined, [])
      case 1:
        return apply(fn, undefined, [this.#argument(first)])
      case 2:
        return apply(fn, undefined, [this.#argument(first), this.#argument(first + 1)])
      default:
        return apply(
          fn,
          undefined,
          Array.from({ length: this.#arity }, (_, i) => this.#argument(first + i)),
        )
    }
  }

  /** A whole number that travelled among others is made a small integer again; see `packNumbers`. */
  #argument(i: number): unknown {
    const value = this.#values[i]
    if (!this.#doubles) return value
    const whole = (value as number) | 0
    return whole === value && (whole !== 0 || 1 / value > 0) ? whole : value
  }
}

const anyOf = <K, V>(map: ReadonlyMap<K, V>): ReadonlyMap<K, V> | undefined => (map.size === 0 ? undefined : map)
