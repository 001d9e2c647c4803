/** Workers that belong to one owner: tasks one by one, and runs of many, for as long as the owner likes. */
import { workerContext } from '../../worker/context.js'
import type { ParallelOptions, ResolvedOptions, ReturnAs } from '../options/parallel-options.js'
import { readParallelOptions } from '../options/read-options.js'
import { type AnyRunner, makeRunner } from '../parallel.js'
import type { LeaseHolder } from '../run/lease-holder.js'
import { TaskQueue } from './task-queue.js'

let groups = 0

// An owner that is dropped leaves its tasks to themselves: they end, then the workers do.
const dropped = new FinalizationRegistry<WorkerGroup>((group) => void group.finish())

export class WorkerGroup {
  readonly queue: TaskQueue
  readonly #options: ResolvedOptions
  readonly #holder: LeaseHolder = { lease: undefined, made: undefined, group: ++groups }
  readonly #runners = new Map<string, AnyRunner>()
  readonly #ending = new AbortController()

  /** @param options Checked already by whoever has them from a caller. */
  constructor(options: ParallelOptions) {
    const read = readParallelOptions(options, workerContext())
    this.#options = { ...read, signal: this.#ending.signal }
    this.queue = new TaskQueue(read, this.#holder)
  }

  /** End the group when `owner` is no more. */
  belongsTo(owner: object): void {
    dropped.register(owner, this)
  }

  /** What runs many tasks. @param batchSize Tasks per batch; undefined: as they cost. */
  runner(returnAs: ReturnAs, batchSize: number | undefined): AnyRunner {
    const key = `${returnAs} ${batchSize}`
    const runner = this.#runners.get(key) ?? makeRunner({ ...this.#options, returnAs, batchSize: batchSize ?? 'auto' }, this.#holder)
    this.#runners.set(key, runner)
    return runner
  }

  /** Stop all that runs and drop all that waits; it rejects with `error`. */
  terminate(error: unknown): void {
    this.#ending.abort(error)
    this.queue.terminate(error)
  }

  /** Wait for all that was handed over, and end the workers. */
  async finish(): Promise<void> {
    await Promise.all([this.queue.finish(), ...[...this.#runners.values()].map((runner) => runner.finish())])
    await this.#holder.lease?.close()
  }
}
