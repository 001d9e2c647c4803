/** Calls that have to run: once for each key, with what they were called with. */
import { now } from '../clock.js'
import { ContextError } from '../errors.js'
import type { Key, Release } from '../store/store.js'
import type { Settled } from './core.js'
import { type Flight, runWithin } from './flights.js'
import { keep } from './keep.js'
import type { Lookup, LookupTools } from './lookup.js'
import { previewOf } from './metadata.js'

/** A call whose key was taken. */
export interface Call {
  readonly key: Key
  readonly self: unknown
  readonly args: readonly unknown[]
  /** Whether others have run since: then the arguments may not be what they were. */
  readonly isLate: boolean
}

type Run = (...args: readonly unknown[]) => unknown

/** What calls ask of their function. */
interface Asked {
  readonly lookup: Lookup
  /** The key that a call would have by now; undefined if it has none any more. */
  readonly keyNow: (call: Call) => Key | undefined
}

/** Those of one cached function. */
export class Calls {
  readonly #fn: Run
  readonly #tools: LookupTools
  readonly #lookup: Lookup
  readonly #keyNow: Asked['keyNow']

  constructor(fn: Run, tools: LookupTools, { lookup, keyNow }: Asked) {
    this.#fn = fn
    this.#tools = tools
    this.#lookup = lookup
    this.#keyNow = keyNow
  }

  /** Run the function, whatever is there, and keep what comes of it. */
  run(call: Call): Promise<Settled> {
    return this.#run(call, undefined)
  }

  /** Wait for the call of this key that is under way, or be it. */
  join(call: Call): Promise<unknown> {
    const { flights } = this.#tools.core
    const flying = flights.get(call.key)
    if (flying === undefined) {
      const flight = flights.begin(call.key, (begun) => this.#compute(call, begun))
      return flight === undefined ? this.#waitsForItself(call) : flight.result.then(({ value }) => value)
    }
    const result = flights.join(flying)
    if (result === undefined) return this.#waitsForItself(call)
    this.#tools.tally.coalesced(call.key)
    return result.then(({ isOther, copy }) => (isOther ? this.join({ ...call, isLate: true }) : copy()))
  }

  async #run(call: Call, flight: Flight<Settled> | undefined): Promise<Settled> {
    const { key, self, args } = call
    // What the function captured counts as well: a variable may have been assigned.
    const isOther = call.isLate && this.#keyNow(call) !== key
    const preview = previewOf(args)
    const begunMs = now()
    const value = await runWithin(flight, () => Reflect.apply(this.#fn, self, args))
    const durationMs = now() - begunMs
    this.#tools.tally.computed(key, durationMs)
    if (!isOther) return keep(key, { value, durationMs, args: preview }, this.#tools)
    this.#tools.tally.refused(key, new Error('its arguments were changed after the call and before it could run; pass a copy'))
    return { value, copy: () => value, isOther }
  }

  #waitsForItself({ args }: Call): Promise<never> {
    const what = `${this.#tools.tally.name || 'a cached function'}(${previewOf(args)})`
    return Promise.reject(
      new ContextError(
        `cannot call ${what} from within the computation of ${what}: it would wait for itself; call it with other arguments, or the function itself (.fn)`,
      ),
    )
  }

  /** Begins at once where nobody holds the lock, and the function with it: its arguments are still those of the key. */
  async #compute(call: Call, flight: Flight<Settled>): Promise<Settled> {
    const { key } = call
    const lock = this.#tools.core.options.mode === 'readwrite' ? this.#lock(key) : undefined
    const release = lock instanceof Promise ? await lock : lock
    try {
      // While the lock was waited for, its owner may have put the result there.
      const look = release === undefined ? undefined : this.#lookup.find(key, true)
      const found = look instanceof Promise ? await look : look
      if (found !== undefined) return { value: found.value, copy: () => this.#another(key, found.value) }
      this.#tools.tally.miss(key)
      const isLate = call.isLate || lock instanceof Promise || look instanceof Promise
      return await this.#run({ ...call, isLate }, flight)
    } finally {
      release?.()
    }
  }

  /** Another copy of what was just found. */
  async #another(key: Key, value: unknown): Promise<unknown> {
    const found = await this.#lookup.find(key, true)
    return found === undefined ? value : found.value
  }

  /** The lock, at once if it is free. */
  #lock(key: Key): Release | undefined | Promise<Release | undefined> {
    const { core, tally } = this.#tools
    const { store } = core
    try {
      const free = store.tryLock?.(key)
      if (free !== undefined || store.lock === undefined) return free
      return Promise.resolve(store.lock(key, undefined, tally.longestMs)).catch(() => undefined)
    } catch {
      return undefined
    }
  }
}
