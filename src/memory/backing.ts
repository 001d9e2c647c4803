/** What does the work of a cached function, loaded when it is first needed: importing joblet must not pay for it. */
import { describeAfter } from '../function/describe/describe.js'
import { loading } from '../loading.js'
import type { Memoized } from './memoized.js'

type Machinery = typeof import('./machinery.js')

let machinery: Machinery | undefined
let loaded: Promise<Machinery> | undefined

/** Load what remembers (20 to 30 ms, once). Starts at the first `Memory`, whose functions travel once it is there. */
export function loadMachinery(): Promise<Machinery> {
  if (loaded === undefined) {
    loaded = loading(() => import('./machinery.js')).then((all) => (machinery = all))
    describeAfter(loaded)
  }
  return loaded
}

/** One thing that the machinery makes, at once if it is loaded. */
export class Backing<T> {
  readonly #make: (machinery: Machinery) => T
  #made: T | undefined

  constructor(make: (machinery: Machinery) => T) {
    this.#make = make
    if (machinery === undefined) loadMachinery().catch(() => undefined)
  }

  /** What was made; undefined while the machinery is being loaded. */
  get now(): T | undefined {
    if (this.#made === undefined && machinery !== undefined) this.#made = this.#make(machinery)
    return this.#made
  }

  async ready(): Promise<T> {
    await loadMachinery()
    return this.now as T
  }
}

/** What is behind a cached function. */
export interface MemoizedBacking extends Backing<Memoized> {
  /** The function that people call. */
  cached?: object
}
