/** Packs tasks into a batch, column by column. What a program does to its arguments after it handed them over changes nothing here. */
import { notCopied, snapshot } from '../codec/snapshot.js'
import type { Parcel } from '../function/parcel.js'
import type { AnyFunction, Task } from '../task.js'
import type { Batch, Column } from '../worker/batch.js'
import { isPrimitive, toEncodedColumn, ValueList } from '../worker/column.js'
import { isSurelyPlain } from '../worker/pack.js'
import type { FunctionTable } from './function-table.js'

/** What the builder did with a task: `full` when the batch should go now, `refused` when it must go before this task can be added. */
export type Added = 'added' | 'full' | 'refused'

// Long texts count as bytes: a batch that is heavy to carry goes, whatever its tasks cost.
const maxCharacters = 1 << 20

/** What a batch says of itself beside its tasks. */
export interface BatchHead extends Pick<Batch, 'id' | 'run'> {
  readonly expectedMs: number | undefined
  readonly flushMs: number | undefined
}

export class BatchBuilder {
  readonly #functions: FunctionTable
  readonly #sharesMemory: boolean
  readonly #timeout: number | undefined
  readonly #parcels: (readonly [number, Parcel])[] = []
  readonly #values = new ValueList()
  #size = 0
  /** The function of the task before, and its id: tasks of one function are looked up once. */
  #lastFn: AnyFunction | undefined
  #lastId = 0
  /** Ids of all functions, once there is more than one. */
  #fns: number[] | undefined
  #firstIndex = 0
  /** Indices of all tasks, once they do not follow one another. */
  #indices: number[] | undefined
  #rows: unknown[] | undefined
  #arity = -1
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
    return this.#indices ?? Array.from({ length: this.#size }, (_, i) => this.#firstIndex + i)
  }

  get size(): number {
    return this.#size
  }

  /**
   * Add a task.
   *
   * @throws {ShippingError} If its function or an argument cannot travel; the batch stays as it was.
   */
  add(task: Task, index: number): Added {
    const id = task.fn === this.#lastFn ? this.#lastId : this.#functions.define(task.fn).id
    const { many, only } = task
    const isNumber = many === undefined && typeof only === 'number' && this.#rows === undefined && (this.#arity === 1 || this.#size === 0)
    const added = isNumber ? this.#addNumber(only) : this.#addArguments(task.args, index)
    if (added === 'refused') return added
    this.#count(task, id, index)
    return this.#characters > maxCharacters ? 'full' : added
  }

  /** The batch, ready to go. */
  build({ id, run, expectedMs, flushMs }: BatchHead): Batch {
    const fns = this.#fns ?? this.#lastId
    return {
      type: 'batch',
      id,
      run,
      size: this.#size,
      indices: this.#indices ?? this.#firstIndex,
      define: (typeof fns === 'number' ? [fns] : [...new Set(fns)]).map((used) => this.#functions.byId(used)),
      fns,
      arity: this.#rows === undefined ? this.#arity : -1,
      args:
        this.#encoded ?? (this.#rows === undefined ? this.#values.toColumn(this.#parcels) : { values: this.#rows, parcels: this.#parcels }),
      ...(this.#timeouts === undefined ? {} : { timeouts: this.#timeouts }),
      ...(expectedMs === undefined ? {} : { expectedMs }),
      ...(flushMs === undefined ? {} : { flushMs }),
    }
  }

  /** The task is in: note its function, its index and its limit. */
  #count(task: Task, id: number, index: number): void {
    const size = this.#size++
    if (size === 0) this.#firstIndex = index
    else if (id !== this.#lastId) this.#fns ??= new Array<number>(size).fill(this.#lastId)
    this.#fns?.push(id)
    this.#lastFn = task.fn
    this.#lastId = id
    if (index !== this.#firstIndex + size) this.#indices ??= Array.from({ length: size }, (_, i) => this.#firstIndex + i)
    this.#indices?.push(index)
    const timeout = task.options?.timeout ?? this.#timeout
    const limit = timeout === Number.POSITIVE_INFINITY ? undefined : timeout
    if (limit !== undefined || this.#timeouts !== undefined) this.#addTimeout(limit)
  }

  /** The usual argument, without an array around it. */
  #addNumber(argument: number): Added {
    this.#arity = 1
    this.#values.pushNumber(argument)
    return 'added'
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
      this.#rows ??= rowsOf(this.#values.all, this.#arity, this.#size)
      this.#rows.push(args)
      return
    }
    for (const arg of args) {
      if (typeof arg === 'string') this.#characters += arg.length
      this.#values.push(arg)
    }
  }

  /** Large arguments are a batch of their own, written to the wire right away. */
  #addEncoded(args: readonly unknown[]): Added {
    if (this.#size > 0) return 'refused'
    this.#encoded = toEncodedColumn(args, this.#sharesMemory)
    this.#arity = args.length
    return 'full'
  }

  #addParcel(args: readonly unknown[], index: number): Added {
    const parcel = this.#functions.describeArguments(args, index)
    this.#parcels.push([this.#size, parcel])
    this.#append(this.#arity < 0 ? [] : new Array<undefined>(this.#arity).fill(undefined))
    return 'added'
  }

  #addTimeout(limit: number | undefined): void {
    this.#timeouts ??= new Array<undefined>(this.#size - 1).fill(undefined)
    this.#timeouts.push(limit)
  }
}

function rowsOf(flat: readonly unknown[], arity: number, count: number): unknown[] {
  return Array.from({ length: count }, (_, row) => flat.slice(row * arity, (row + 1) * arity))
}
