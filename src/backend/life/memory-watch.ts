/** Watches a worker's memory while it is busy, when it cannot look itself. */
import { readFileSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import { clearTimeout, setTimeout } from '../../timers.js'

// A look at a process takes 0.05 to 0.2 ms of this thread, one at a thread 0.02.
const lookEveryMs = 100
// A worker between two calls finds out by itself, and then nobody is to blame.
const lookAgainMs = 25

/** What a worker uses, in bytes; undefined where nobody can tell. */
export type Measure = () => number | undefined | Promise<number | undefined>

/** What is watched, and who hears of it. */
export interface Watched {
  readonly measure: Measure
  /** Whether a batch is there. */
  readonly isBusy: () => boolean
  /** The worker is over its limit, and stays there. */
  readonly passed: (bytes: number) => void
}

export class MemoryWatch {
  readonly #limit: number
  readonly #watched: Watched
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param limit Bytes. */
  constructor(limit: number, watched: Watched) {
    this.#limit = limit
    this.#watched = watched
  }

  /** A batch was sent. */
  begin(): void {
    if (this.#timer === undefined) this.#wait(lookEveryMs, false)
  }

  /** There is another worker, or none. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #wait(ms: number, wasOver: boolean): void {
    const timer = setTimeout(() => void this.#look(timer, wasOver), ms).unref()
    this.#timer = timer
  }

  async #look(timer: NodeJS.Timeout, wasOver: boolean): Promise<void> {
    const { isBusy, measure, passed } = this.#watched
    const bytes = isBusy() ? await measure() : undefined
    if (this.#timer !== timer) return
    this.#timer = undefined
    if (bytes === undefined || !isBusy()) return
    if (bytes <= this.#limit) this.#wait(lookEveryMs, false)
    else if (!wasOver) this.#wait(lookAgainMs, true)
    else passed(bytes)
  }
}

/** The resident size of a process, on Linux. In kB, where `statm` counts pages, of which Node does not know the size. */
export function residentSize(pid: number | undefined): number | undefined {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}

type Asked = Worker & { getHeapStatistics?: () => Promise<{ readonly used_heap_size: number; readonly external_memory: number }> }

/** Heap and array buffers of a thread, busy or not: from Node 22.16 and 24 on. */
export async function heapSize(thread: Asked): Promise<number | undefined> {
  try {
    const statistics = await thread.getHeapStatistics?.()
    return statistics && statistics.used_heap_size + statistics.external_memory
  } catch {
    return undefined
  }
}
