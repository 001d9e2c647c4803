/** The books of one cached function: counts for itself and for its `Memory`, and events. */
import type { MemoryEvent } from '../events.js'
import type { Core } from './core.js'
import { type Counts, noCounts } from './counts.js'
import { Unkeepable } from './graph.js'

export class Tally {
  readonly counts: Counts = noCounts()
  readonly name: string
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
    this.count('hits')
    if (from === 'memory') this.count('memoryHits')
    this.count('savedMs', savedMs)
    this.tell(() => ({ type: 'hit', fn: this.name, key, from, savedMs }))
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
