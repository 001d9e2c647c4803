/** Packs tasks into a batch, column by column. What a program does to its arguments after it handed them over changes nothing here. */
import type { Cargo } from '../../backend/freight/freight.js'
import { buffersIn } from '../../codec/cargo.js'
import { anyMoved, isMoved } from '../../codec/move.js'
import { notCopied, snapshot, type Tally } from '../../codec/snapshot.js'
import type { Parcel } from '../../function/parcel/parcel.js'
import type { Task } from '../../task.js'
import { type Batch, type Column, defaultGraceMs } from '../../worker/batch.js'
import { isPrimitive, toEncodedColumn, ValueList } from '../../worker/column.js'
import { isSurelyPlain } from '../../worker/pack.js'
import type { TaskInput } from '../input/source.js'
import type { FunctionTable } from './function-table.js'
import { snapshotAround } from './shared-arguments.js'
import { TaskColumns } from './task-columns.js'

/** What the builder did with a task: `full` when the batch should go now, `refused` when it must go before this task can be added. */
export type Added = 'added' | 'full' | 'refused'

// A batch that is heavy to carry goes, whatever its tasks cost.
const maxBytes = 1 << 20
// Of one task's arguments. As a batch of their own, Buffers of a few bytes took 60 us a task.
const smallRow = 1 << 14

/** What a batch says of itself beside its tasks. */
export interface BatchHead extends Pick<Batch, 'id' | 'run'> {
  readonly expectedMs: number | undefined
  readonly flushMs: number | undefined
  readonly graceMs: number
  readonly isHeard: boolean
  /** Whether the run listens to what its tasks print. */
  readonly output: boolean
}

export class BatchBuilder {
  readonly #functions: FunctionTable
  readonly #sharesMemory: boolean
  readonly #tasks: TaskColumns
  readonly #parcels: (readonly [number, Parcel])[] = []
  readonly #values = new ValueList()
  #rows: unknown[] | undefined
  #arity = -1
  readonly #tally: Tally = { bytes: 0 }
  #encoded: Column | undefined
  #moves = false
  #cargo: Cargo = []

  constructor(functions: FunctionTable, sharesMemory: boolean, timeout: number | undefined) {
    this.#functions = functions
    this.#sharesMemory = sharesMemory
    this.#tasks = new TaskColumns(timeout)
  }

  /** Indices of its tasks, in order. */
  get indices(): readonly number[] {
    return this.#tasks.indices
  }

  get size(): number {
    return this.#tasks.size
  }

  /** Large memory that its tasks need, to be released when they have settled. */
  get cargo(): Cargo {
    return this.#cargo
  }

  /**
   * Add a task.
   *
   * @throws {ShippingError} If its function or an argument cannot travel; the batch stays as it was.
   */
  add(task: Task, index: number): Added {
    const id = this.#tasks.knownId(task.fn) ?? this.#functions.define(task.fn).id
    const isOne = task.many === undefined && this.#rows === undefined && (this.#arity === 1 || this.size === 0)
    const added = isOne && this.#addOne(task.only) ? 'added' : this.#addArguments(task.args, index, !isOne || anyMoved())
    if (added === 'refused') return added
    this.#tasks.add(task, id, index)
    return this.#tally.bytes > maxBytes ? 'full' : added
  }

  /**
   * Adds the tasks that come next in `input` while they are as the last one, which was added: of one callee without options, with a number for an
   * argument.
   *
   * @returns How many, at most `most`.
   */
  addAlike({ callee }: Task, input: TaskInput, most: number): number {
    if (!this.#tasks.isEven || this.#rows !== undefined) return 0
    if (callee.takesMany || callee.options !== undefined || input.nextNumbers === undefined) return 0
    const count = this.#values.pushNumbers(most, (into, at, room) => input.nextNumbers?.(callee, into, at, room) ?? 0)
    this.#tasks.addAlike(count)
    return count
  }

  /** The batch, ready to go. */
  build({ id, run, expectedMs, flushMs, graceMs, isHeard, output }: BatchHead): Batch {
    const { largeResults } = this.#functions.freight ?? {}
    const columns = this.#tasks.columns()
    const { fns } = columns
    return {
      type: 'batch',
      id,
      run,
      ...columns,
      define: (typeof fns === 'number' ? [fns] : [...new Set(fns)]).map((used) => this.#functions.byId(used)),
      arity: this.#rows === undefined ? this.#arity : -1,
      args:
        this.#encoded ?? (this.#rows === undefined ? this.#values.toColumn(this.#parcels) : { values: this.#rows, parcels: this.#parcels }),
      ...(expectedMs === undefined ? {} : { expectedMs }),
      ...(flushMs === undefined ? {} : { flushMs }),
      ...(graceMs === defaultGraceMs ? {} : { graceMs }),
      ...(isHeard ? { isHeard } : {}),
      // Alone, so that a worker that ends for another task does not take the memory with it.
      ...(this.#moves ? { moves: true, alone: true } : {}),
      ...(largeResults === undefined ? {} : { largeResults }),
      ...(output ? { output } : {}),
    }
  }

  /** Add the usual argument, a small one by itself: an array around it is dearer to copy than a record. */
  #addOne(argument: unknown): boolean {
    if (typeof argument === 'number') this.#values.pushNumber(argument)
    else {
      if (typeof argument === 'object' && anyMoved()) return false
      const copy = snapshot(argument, this.#tally)
      if (copy === notCopied) return false
      this.#values.push(copy)
    }
    this.#arity = 1
    return true
  }

  /** @param mayCopy Whether it is not known yet that they are too large to copy, or not plain. */
  #addArguments(args: readonly unknown[], index: number, mayCopy: boolean): Added {
    if (args.every(isPrimitive)) {
      for (const arg of args) if (typeof arg === 'string') this.#tally.bytes += arg.length
      this.#append(args)
      return 'added'
    }
    const moved = anyMoved() && this.#functions.freight !== undefined ? buffersIn(args, isMoved) : undefined
    if (moved !== undefined && moved.size > 0) return this.#addMoved(args, index, moved)
    let copy = mayCopy ? snapshot(args, this.#tally) : notCopied
    const { freight } = this.#functions
    if (copy === notCopied && freight?.sendsShared === true) copy = snapshotAround(args, (memory) => freight.sendShared(memory))
    if (copy !== notCopied) {
      this.#append(copy as readonly unknown[])
      return 'added'
    }
    return this.#functions.writtenBytes > smallRow && isSurelyPlain(args) ? this.#addEncoded(args) : this.#addParcel(args, index)
  }

  /** Moved arguments are a batch of their own: it can be sent only once. */
  #addMoved(args: readonly unknown[], index: number, moved: ReadonlySet<ArrayBuffer>): Added {
    if (this.size > 0) return 'refused'
    if (isSurelyPlain(args)) this.#addEncoded(args, moved)
    else this.#addParcel(args, index, moved)
    this.#moves = true
    return 'full'
  }

  #append(args: readonly unknown[]): void {
    if (this.#arity < 0) this.#arity = args.length
    if (args.length !== this.#arity || this.#rows !== undefined) {
      this.#rows ??= rowsOf(this.#values.all, this.#arity, this.size)
      this.#rows.push(args)
      return
    }
    for (const arg of args) this.#values.push(arg)
  }

  /** Large arguments are a batch of their own, written to the wire right away. */
  #addEncoded(args: readonly unknown[], moved?: ReadonlySet<ArrayBuffer>): Added {
    if (this.size > 0) return 'refused'
    const { packed, cargo } = this.#functions.pack((carrier) => toEncodedColumn(args, this.#sharesMemory, carrier), moved)
    this.#encoded = packed
    this.#cargo = cargo
    this.#arity = args.length
    this.#weigh(packed.encoded?.bytes.length ?? 0, cargo)
    return 'full'
  }

  #addParcel(args: readonly unknown[], index: number, moved?: ReadonlySet<ArrayBuffer>): Added {
    const { packed, cargo } = this.#functions.describeArguments(args, index, moved)
    if (cargo.length > 0) this.#cargo = [...this.#cargo, ...cargo]
    this.#parcels.push([this.size, packed])
    this.#weigh(
      packed.nodes.reduce((sum, node) => (node.t === 'packed' ? sum + node.bytes.length : sum), 0),
      cargo,
    )
    this.#append(this.#arity < 0 ? [] : new Array<undefined>(this.#arity).fill(undefined))
    return 'added'
  }

  /** What one task's arguments came to. A worker reads those of a whole batch at once: none that come with large memory join others. */
  #weigh(bytes: number, cargo: Cargo): void {
    this.#tally.bytes += bytes
    this.#functions.writtenBytes = cargo.length > 0 ? Number.POSITIVE_INFINITY : bytes
  }
}

function rowsOf(flat: readonly unknown[], arity: number, count: number): unknown[] {
  return Array.from({ length: count }, (_, row) => flat.slice(row * arity, (row + 1) * arity))
}
