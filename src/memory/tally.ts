/** The books of one cached function: counts for itself and for its `Memory`, and events. */
import type { MemoryEvent } from '../events.js'
import type { Core } from './core.js'
import { type Counts, noCounts } from './counts.js'
import { Unkeepable } from './graph.js'

export class Tally {
  readonly counts: Counts = noCounts()
  readonly name: string
  /** What a call took at most, as far as is known here, in milliseconds. */
  longestMs = 0
  readonly #core: Core

  constructor(core: Core, name: string) {
    this.#core = core
    this.name = name
  }

  count(what: keyof Counts, by = 1): void {
    this.counts[what] += by
    this.#core.counts[what] += by
  }

  hit(key: string, from: 'memory' | 'store', savedMs: number): void {
    if (savedMs > this.longestMs) this.longestMs = savedMs
    addHit(this.counts, from, savedMs)
    addHit(this.#core.counts, from, savedMs)
    // Not by `tell`: what that is given costs as much to make as all this, and hits are counted in microseconds.
    if (this.#core.options.onEvent !== undefined) this.#core.emit({ type: 'hit', fn: this.name, key, from, savedMs })
  }

  miss(key: string): void {
    this.count('misses')
    this.tell(() => ({ type: 'miss', fn: this.name, key }))
  }

  coalesced(key: string): void {
    this.count('coalesced')
    this.tell(() => ({ type: 'coalesced', fn: this.name, key }))
  }

  computed(key: string, durationMs: number): void {
    if (durationMs > this.longestMs) this.longestMs = durationMs
    this.count('computedMs', durationMs)
    this.tell(() => ({ type: 'computed', fn: this.name, key, durationMs }))
  }

  stored(key: string, bytes: number): void {
    this.count('stored')
    this.tell(() => ({ type: 'stored', fn: this.name, key, bytes }))
  }

  /** A result is not kept. */
  refused(key: string, error: unknown): void {
    this.count('uncacheable')
    const reason = error instanceof Error ? error.message : String(error)
    this.tell(() => ({ type: 'uncacheable', fn: this.name, key, reason, ...(error instanceof Unkeepable ? { path: error.path } : {}) }))
  }

  /** Made only where somebody listens. */
  tell(event: () => MemoryEvent): void {
    if (this.#core.options.onEvent !== undefined) this.#core.emit(event())
  }
}

function addHit(counts: Counts, from: 'memory' | 'store', savedMs: number): void {
  counts.hits += 1
  if (from === 'memory') counts.memoryHits += 1
  counts.savedMs += savedMs
}
