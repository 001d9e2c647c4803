/** From a value to plain data that travels. The machinery behind it (a parser, the inspector) is loaded when it is first needed. */

import { loading } from '../../loading.js'
import { noteCallSites } from '../engine/call-sites.js'
import type { Parcel } from '../parcel/parcel.js'

/** Describes values for one run: what a function captures is read once, at its first description. */
export interface Describer {
  /**
   * The parcel holds live plain data by reference: encode it before anything else runs.
   *
   * @param what Head of the messages, such as `argument 2 of task 7`; a function is named by itself.
   * @throws {ShippingError} If something in `value` cannot travel; the message names the path to it.
   */
  describe(value: unknown, what: string): Parcel
  /**
   * What `parcel` holds, once more, with all that comes from `module` by value: a worker could not load it. From then on that holds for
   * every description in this program. What it captured stays as it was at the first description.
   */
  redescribe(parcel: Parcel, module: string): Promise<Parcel>
}

let machinery: typeof import('./describer.js') | undefined

const awaited = new Set<Promise<unknown>>()

/** Let descriptions wait for `promise`, which may reject: until then something cannot say how it travels. */
export function describeAfter(promise: Promise<unknown>): void {
  awaited.add(promise)
  const over = () => awaited.delete(promise)
  promise.then(over, over)
}

/** Whether nothing needs to be loaded or waited for. */
export const isPrepared = (): boolean => machinery !== undefined && awaited.size === 0

/** Load what describing needs (8 to 15 ms, once); cheap when that is done. */
export async function prepareDescribe(): Promise<void> {
  machinery ??= await loading(() => import('./describer.js'))
  if (awaited.size > 0) await Promise.allSettled(awaited)
}

/**
 * A describer for one run. It looks at the call stack, so it is best made while the user's call is still on it.
 *
 * @throws {Error} If {@link prepareDescribe} has not finished.
 */
export function createDescriber(): Describer {
  if (machinery === undefined) throw new Error('cannot describe yet: await prepareDescribe() first')
  noteCallSites()
  return machinery.makeDescriber()
}
