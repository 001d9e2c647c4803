/** Packs tasks into a batch, column by column. What a program does to its arguments after it handed them over changes nothing here. */
import { notCopied, snapshot } from '../codec/snapshot.js'
import type { Parcel } from '../function/parcel.js'
import type { Task } from '../task.js'
import type { Batch, Column } from '../worker/batch.js'
import { isPrimitive, toColumn, toEncodedColumn } from '../worker/column.js'
import { isSurelyPlain } from '../worker/pack.js'
import type { FunctionTable } from './function-table.js'

/** What the builder did with a task: `full` when the batch should go now, `refused` when it must go before this task can be added. */
export type Added = 'added' | 'full' | 'refused'

// Long texts count as bytes: a batch that is heavy to carry goes, whatever its tasks cost.
const maxCharacters = 1 << 20

export class BatchBuilder {
  readonly #functions: FunctionTable
  readonly #sharesMemory: boolean
  readonly #timeout: number | undefined
  readonly #fns: number[] = []
  readonly #indices: number[] = []
  readonly #parcels: (readonly [number, Parcel])[] = []
  #flat: unknown[] = []
  #rows: unknown[] | undefined
  #arity = -1
  #allNumbers = true
  #characters = 0
  #timeouts: (number | undefined)[] | undefined
  #encoded: Column | undefined

  constructor(functions: FunctionTable, sharesMemory: boolean, timeout: number | undefined) {
    this.#functions = functions
    this.#sharesMemory = sharesMemory
    this.#timeout = timeout
  }

  /** Indices of its tasks, in order. */
  get indices(): readonly number[] {
    return this.#indices
  }

  get size(): number {
    return this.#fns.length
  }

  /**
   * Add a task.
   *
   * @throws {ShippingError} If its function or an argument cannot travel; the batch stays as it was.
   */
  add(task: Task, index: number): Added {
    const { id } = this.#functions.define(task.fn)
    const added = this.#addArguments(task.args, index)
    if (added === 'refused') return added
    this.#fns.push(id)
    this.#indices.push(index)
    this.#addTimeout(task)
    return this.#characters > maxCharacters ? 'full' : added
  }

  /** The batch, ready to go. */
  build(id: number, run: number, expectedMs: number | undefined): Batch {
    const [first = 0] = this.#indices
    const [fn = 0] = this.#fns
    const oneFunction = this.#fns.every((other) => other === fn)
    return {
      type: 'batch',
      id,
      run,
      size: this.#fns.length,
      indices: this.#indices.every((index, i) => index === first + i) ? first : this.#indices,
      define: [...new Set(this.#fns)].map((used) => this.#functions.byId(used)),
      fns: oneFunction ? fn : this.#fns,
      arity: this.#rows === undefined ? this.#arity : -1,
      args: this.#encoded ?? toColumn(this.#rows ?? this.#flat, this.#allNumbers && this.#rows === undefined, this.#parcels),
      ...(this.#timeouts === undefined ? {} : { timeouts: this.#timeouts }),
      ...(expectedMs === undefined ? {} : { expectedMs }),
    }
  }

  #addArguments(args: readonly unknown[], index: number): Added {
    if (args.every(isPrimitive)) {
      this.#append(args)
      return 'added'
    }
    const copy = snapshot(args)
    if (copy !== notCopied) {
      this.#append(copy as readonly unknown[])
      return 'added'
    }
    return isSurelyPlain(args) ? this.#addEncoded(args) : this.#addParcel(args, index)
  }

  #append(args: readonly unknown[]): void {
    if (this.#arity < 0) this.#arity = args.length
    if (args.length !== this.#arity || this.#rows !== undefined) {
      this.#rows ??= rowsOf(this.#flat, this.#arity, this.size)
      this.#rows.push(args)
      return
    }
    for (const arg of args) {
      if (typeof arg === 'string') this.#characters += arg.length
      if (typeof arg !== 'number') this.#allNumbers = false
      this.#flat.push(arg)
    }
  }

  /** Large arguments are a batch of their own, written to the wire right away. */
  #addEncoded(args: readonly unknown[]): Added {
    if (this.size > 0) return 'refused'
    this.#encoded = toEncodedColumn(args, this.#sharesMemory)
    this.#arity = args.length
    return 'full'
  }

  #addParcel(args: readonly unknown[], index: number): Added {
    const parcel = this.#functions.describeArguments(args, index)
    this.#parcels.push([this.size, parcel])
    this.#append(this.#arity < 0 ? [] : new Array<undefined>(this.#arity).fill(undefined))
    return 'added'
  }

  #addTimeout({ options }: Task): void {
    const timeout = options?.timeout ?? this.#timeout
    const limit = timeout === Number.POSITIVE_INFINITY ? undefined : timeout
    if (limit !== undefined) this.#timeouts ??= new Array<undefined>(this.size - 1).fill(undefined)
    this.#timeouts?.push(limit)
  }
}

function rowsOf(flat: readonly unknown[], arity: number, count: number): unknown[] {
  return Array.from({ length: count }, (_, row) => flat.slice(row * arity, (row + 1) * arity))
}
