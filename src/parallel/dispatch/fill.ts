/** Pulls tasks into a batch until it is full, or until waiting for more would hold up what is there. */

import { now } from '../../clock.js'
import { type AnyFunction, type Recall, type Recalled, recallOf, type Task, type TaskOptions } from '../../task.js'
import { nextTurn } from '../../timers.js'
import { end } from '../input/source.js'
import { none } from '../output/segment.js'
import type { Run } from '../run/run.js'
import { BatchBuilder } from './batch-builder.js'
import type { FunctionTable } from './function-table.js'

/** A batch that was pulled and waits for its id. */
export interface Filled {
  readonly builder: BatchBuilder
  /** Options of tasks that have some, by index. */
  readonly options: ReadonlyMap<number, TaskOptions>
}

type Pulled = Task | typeof end

// An input that computes its items is given this long per batch; the clock is looked at once per so many items.
const maxFillMs = 5
const itemsPerLook = 64

export class Filler {
  readonly #run: Run
  readonly #functions: FunctionTable
  readonly #sharesMemory: boolean
  /** A task that did not fit the last batch. */
  #held: Task | undefined
  /** An item that an async input was asked for and has not given yet. */
  #asked: Promise<Pulled> | undefined
  #nextIndex = 0
  #filling: Filled | undefined
  /** The function of the last task, and how it answers calls without a worker: looked up once per function, not per task. */
  #lastFn: AnyFunction | undefined
  #recall: Recall | undefined

  constructor(run: Run, functions: FunctionTable, sharesMemory: boolean) {
    this.#run = run
    this.#functions = functions
    this.#sharesMemory = sharesMemory
  }

  /**
   * Tasks for a batch; undefined when there is none to run. Tasks that cannot travel fail at once and count for nothing.
   *
   * @param sizeFor How many at most, when the first is of `fn`.
   */
  async fill(sizeFor: (fn: AnyFunction) => number): Promise<Filled | undefined> {
    const builder = new BatchBuilder(this.#functions, this.#sharesMemory, this.#run.options.timeout)
    const options = new Map<number, TaskOptions>()
    this.#filling = { builder, options }
    const begun = now()
    let size: number | undefined
    // Items since the last look at the clock.
    let unseen = 0
    while (size === undefined || builder.size < size) {
      const next = this.#pull()
      const task = next instanceof Promise ? await this.#promptly(next, builder.size > 0) : next
      if (task === undefined || task === end || this.#run.end !== undefined) break
      size ??= sizeFor(task.fn)
      if (task.fn !== this.#lastFn) this.#look(task.fn)
      if (this.#recall !== undefined) {
        const recalled = this.#recall(task.args)
        const known = recalled instanceof Promise ? await recalled : recalled
        if (this.#run.end !== undefined) break
        if (known !== undefined) {
          this.#settle(known)
          if (!this.#run.mayPull()) break
        } else if (!this.#add(builder, task, options)) break
      } else {
        if (!this.#add(builder, task, options)) break
        unseen += this.#addAlike(builder, task, size - builder.size)
      }
      if (++unseen < itemsPerLook) continue
      if (now() - begun > maxFillMs) break
      unseen = 0
    }
    // Nothing but answers: whoever else has work to do on this loop gets a turn.
    if (builder.size === 0 && now() - begun > maxFillMs) await nextTurn()
    return builder.size > 0 && this.#run.end === undefined ? { builder, options } : undefined
  }

  /** What was filled is under way: it is no longer this filler's. */
  taken(): void {
    this.#filling = undefined
  }

  /** Tasks that were pulled and are in no batch that was handed out: those of the batch that is being filled, and those that it has not got yet. */
  abandoned(): readonly { readonly index: number; readonly label: string | undefined }[] {
    const filling = this.#filling?.builder.indices ?? []
    const loose = Array.from({ length: this.#run.reader.pulled - this.#nextIndex }, (_, i) => this.#nextIndex + i)
    return [...filling, ...loose].map((index) => ({ index, label: this.#labelOf(index) }))
  }

  #labelOf(index: number): string | undefined {
    const options = index === this.#nextIndex ? this.#held?.options : this.#filling?.options.get(index)
    return options?.label
  }

  #pull(): Pulled | Promise<Pulled> {
    const held = this.#held
    this.#held = undefined
    return held ?? this.#asked ?? this.#run.pull()
  }

  /** The item, or undefined if it is not there within a turn of the event loop and others wait for it. */
  async #promptly(item: Promise<Pulled>, othersWait: boolean): Promise<Pulled | undefined> {
    this.#asked = item
    const first = othersWait ? await Promise.race([item, nextTurn()]) : await item
    if (first !== undefined) this.#asked = undefined
    return first
  }

  #look(fn: AnyFunction): void {
    this.#lastFn = fn
    this.#recall = recallOf(fn)
  }

  /** The task whose turn it is has its answer without a worker. */
  #settle({ value }: Recalled): void {
    this.#run.settle({ first: this.#nextIndex++, count: 1, values: [value], failures: none, open: this.#run.places.open(1) })
  }

  /** Tasks that are as the one before, up to `most`; of an input that computes them, only so many that the clock is looked at in time. */
  #addAlike(builder: BatchBuilder, task: Task, most: number): number {
    const { reader } = this.#run
    const count = builder.addAlike(task, reader, reader.isArray ? most : Math.min(most, itemsPerLook))
    this.#nextIndex += count
    return count
  }

  /** Whether the batch can take another. */
  #add(builder: BatchBuilder, task: Task, options: Map<number, TaskOptions>): boolean {
    const index = this.#nextIndex
    try {
      const added = builder.add(task, index)
      if (added === 'refused') {
        this.#held = task
        return false
      }
      this.#nextIndex += 1
      if (task.options !== undefined) options.set(index, task.options)
      return added === 'added'
    } catch (error) {
      this.#nextIndex += 1
      const label = task.options?.label
      this.#run.settleFailure(
        { kind: 'unsendable', error, index, attempts: 0, ...(label === undefined ? {} : { label }) },
        this.#run.places.open(1),
      )
      return true
    }
  }
}
