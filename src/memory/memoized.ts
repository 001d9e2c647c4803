/** The calls of one cached function: answered by what is there, by another call that is under way, or by running it. */
import { canFingerprint, prepareFingerprint } from '../function/fingerprint/fingerprint.js'
import type { Key } from '../store/store.js'
import { type Call, Calls } from './calls.js'
import type { Core, Settled } from './core.js'
import { keep } from './keep.js'
import { digestOf, type KeyRules, keyOf, usesThis } from './key.js'
import { type Found, Lookup, type LookupTools } from './lookup.js'
import type { CacheOptions } from './memory-options.js'
import { previewOf } from './metadata.js'
import { Tally } from './tally.js'
import { type ShippedVersion, Version } from './version.js'

/** Options of a cached function, checked. */
export type ResolvedCacheOptions = {
  readonly [K in Exclude<keyof CacheOptions, 'expiresAfter'>]-?: CacheOptions[K] | undefined
} & { readonly expiresAfter: number | undefined }

type Run = (...args: readonly unknown[]) => unknown

export class Memoized {
  readonly fn: Run
  readonly core: Core
  readonly options: ResolvedCacheOptions
  readonly tally: Tally
  readonly lookup: Lookup
  readonly #version: Version
  readonly #rules: KeyRules
  readonly #tools: LookupTools
  readonly #calls: Calls

  constructor(core: Core, fn: Run, options: ResolvedCacheOptions, shipped: ShippedVersion | undefined) {
    this.fn = fn
    this.core = core
    this.options = options
    this.tally = new Tally(core, options.name ?? fn.name)
    this.#version = new Version(fn, options, shipped)
    this.#tools = { core, options, version: this.#version, tally: this.tally }
    this.lookup = new Lookup(this.#tools)
    this.#rules = {
      key: options.key as KeyRules['key'],
      countsThis: !(options.ignore?.includes('this') ?? false) && usesThis(fn),
    }
    this.#calls = new Calls(fn, this.#tools, { lookup: this.lookup, keyNow: (call) => this.#keyNow(call) })
    // Whoever caches a function calls it soon.
    void core.layer.ready()
  }

  /** The result of a call. */
  answer(self: unknown, args: readonly unknown[]): Promise<unknown> {
    const key = this.keyFor(self, args)
    return key instanceof Promise ? key.then((known) => this.answerOf(known, self, args)) : this.#answer(key, self, args, false)
  }

  /** The result of the call whose key was taken, some time ago. */
  answerOf(key: Key, self: unknown, args: readonly unknown[]): Promise<unknown> {
    return this.#answer(key, self, args, true)
  }

  // Four parameters: an object for them would be made for each hit.
  #answer(key: Key, self: unknown, args: readonly unknown[], isLate: boolean): Promise<unknown> {
    const { flights, options } = this.core
    if (options.mode === 'refresh' || flights.has(key)) return this.#calls.join({ key, self, args, isLate })
    try {
      const found = this.lookup.find(key)
      if (found instanceof Promise)
        return found.then((hit) => (hit === undefined ? this.#calls.join({ key, self, args, isLate: true }) : hit.value))
      return found === undefined ? this.#calls.join({ key, self, args, isLate }) : Promise.resolve(found.value)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** The result of a call that is there; undefined when it would have to run. Never throws and never rejects. */
  recall(args: readonly unknown[]): Found | Promise<Found> {
    if (this.core.options.mode === 'refresh') return undefined
    // What goes wrong here goes wrong again where the call runs, and is told there.
    try {
      const key = this.keyFor(undefined, args)
      const found = key instanceof Promise ? key.then((known) => this.lookup.find(known)) : this.lookup.find(key)
      return found instanceof Promise ? found.catch(() => undefined) : found
    } catch {
      return undefined
    }
  }

  /** The key of a call, taken now; a promise only while the machinery is loaded. Rejects if the arguments cannot be hashed. */
  keyFor(self: unknown, args: readonly unknown[]): Key | Promise<Key> {
    const loading = this.core.layer.ready()
    try {
      if (!canFingerprint()) return this.#keyLater(self, args)
      const key = keyOf(this.#version, digestOf(self, args, this.#rules, this.#version.ignored))
      return loading === undefined ? key : loading.then(() => key)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Run the function, whatever is there, and keep what comes of it. */
  run(key: Key, self: unknown, args: readonly unknown[]): Promise<Settled> {
    return this.#calls.run({ key, self, args, isLate: true })
  }

  /** Keep a result that was not computed here. */
  async set(key: Key, args: readonly unknown[], value: unknown): Promise<void> {
    await keep(key, { value, durationMs: 0, args: previewOf(args) }, this.#tools)
  }

  /** The function's id. */
  async id(): Promise<string> {
    if (!canFingerprint()) await prepareFingerprint()
    return this.#version.id
  }

  /** What a worker needs to know of the function; undefined in a bundle that has not taken a fingerprint yet. */
  shipped(): ShippedVersion | undefined {
    return canFingerprint() ? this.#version.ship() : undefined
  }

  /** The key that the call would have by now; undefined if its arguments cannot be hashed any more. */
  #keyNow({ self, args }: Call): Key | undefined {
    return attempt(() => keyOf(this.#version, digestOf(self, args, this.#rules, this.#version.ignored)))
  }

  /** In a bundle the machinery has to be waited for; what can be digested before that, is. */
  async #keyLater(self: unknown, args: readonly unknown[]): Promise<Key> {
    const digest = this.options.ignore === undefined ? attempt(() => digestOf(self, args, this.#rules, [])) : undefined
    await Promise.all([prepareFingerprint(), this.core.layer.ready()])
    return keyOf(this.#version, digest ?? digestOf(self, args, this.#rules, this.#version.ignored))
  }
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
