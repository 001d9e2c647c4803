/** Functions that one worker holds, by run: each is sent to it once. */
import type { Batch, Definition } from '../../worker/batch.js'

export class KnownFunctions {
  readonly #byRun = new Map<number, Set<number>>()

  /** Functions of `batch` that the worker does not hold. */
  missing({ run, define }: Batch): readonly Definition[] {
    const known = this.#byRun.get(run)
    return known === undefined ? define : define.filter(({ id }) => !known.has(id))
  }

  /** Whether the worker holds anything of a run. */
  has(run: number): boolean {
    return this.#byRun.has(run)
  }

  /** The worker holds these functions of `run`. */
  add(run: number, sent: readonly Definition[]): void {
    const known = this.#byRun.get(run) ?? new Set()
    for (const { id } of sent) known.add(id)
    this.#byRun.set(run, known)
  }

  /** The worker may not have got what it was sent of a run. */
  doubt(run: number): void {
    this.#byRun.get(run)?.clear()
  }

  /** The run is over. @returns Whether the worker holds anything of it. */
  forget(run: number): boolean {
    return this.#byRun.delete(run)
  }

  /** There is no worker any more. */
  clear(): void {
    this.#byRun.clear()
  }
}
