/** Batches that wait in a worker for their turn. Worker-safe. */
import type { Batch } from './batch.js'

export class WaitingBatches {
  #batches: Batch[] = []
  /** Those that have no calls any more. They stay: later batches count on the functions that they define. */
  readonly #emptied = new Set<number>()

  get isEmpty(): boolean {
    return this.#batches.length === 0
  }

  add(batch: Batch): void {
    this.#batches.push(batch)
  }

  /** The batch whose turn it is. */
  next(): Batch | undefined {
    return this.#batches.shift()
  }

  /** How many calls of a batch, whose turn it is, are to run. */
  callsOf({ id, size }: Batch): number {
    return this.#emptied.delete(id) ? 0 : size
  }

  /** Take all calls of a batch away. @returns Whether it waits. */
  empty(id: number): boolean {
    if (!this.#batches.some((batch) => batch.id === id)) return false
    this.#emptied.add(id)
    return true
  }

  /** A run is over. */
  drop(run: number): void {
    for (const { id } of this.#batches.filter((batch) => batch.run === run)) this.#emptied.delete(id)
    this.#batches = this.#batches.filter((batch) => batch.run !== run)
  }
}
