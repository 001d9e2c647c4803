/** A worker's own look at how much memory it has. Worker-safe. */
import { getHeapStatistics } from 'node:v8'
import { now } from '../clock.js'
import { mebibytes, OptionError } from '../errors.js'

/** A thread: its heap and the array buffers in it. A process: its resident size. In bytes. */
export const memoryUsed = (isThread: boolean): number => {
  if (!isThread) return process.memoryUsage.rss()
  // 1 to 2 us; `process.memoryUsage()` asks for the resident size too, and takes 40.
  const { used_heap_size: heap, external_memory: buffers } = getHeapStatistics()
  return heap + buffers
}

// A process is asked for its size in 50 us.
const lookEveryMs = 10

export class MemoryLimit {
  readonly #bytes: number
  readonly #isThread: boolean
  #lookedAt = Number.NEGATIVE_INFINITY
  #isPassed = false
  #isTold = false

  constructor(bytes: number, isThread: boolean) {
    this.#bytes = bytes
    this.#isThread = isThread
  }

  /** Before the first call: a worker that is over its limit then would be replaced for ever. @throws {OptionError} If it is. */
  check(): void {
    const used = memoryUsed(this.#isThread)
    if (used <= this.#bytes) return
    const sizes = `${mebibytes(used)} before its first task, and may use ${mebibytes(this.#bytes)}`
    throw new OptionError('Parallel', [`\`maxMemory\` is too little: a worker uses ${sizes}; raise it`])
  }

  /** Whether the worker should take no more calls: from then on, whatever else was sent to it meanwhile. */
  isPassed(atMs: number): boolean {
    if (!this.#isPassed && atMs - this.#lookedAt >= lookEveryMs) {
      this.#lookedAt = atMs
      this.#isPassed = memoryUsed(this.#isThread) > this.#bytes
    }
    return this.#isPassed
  }

  /** Whether it is time to say so, once: asked when a batch is over. */
  isToBeTold(): boolean {
    if (this.#isTold) return false
    this.#isTold = this.isPassed(now())
    return this.#isTold
  }
}
