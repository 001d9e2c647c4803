/** What a slot knows of its worker when that has ended. */
import type { CallWatch } from './call-watch.js'
import type { OnWorker } from './on-worker.js'
import type { Shipment } from './shipment.js'
import { type Wreck, withOwnEnd } from './wreck.js'

/** All that was on the worker, which is taken off it, and what it told last. */
export function wreckOf(
  on: OnWorker,
  { mark, timedOutAt, exitCode }: CallWatch,
  about: Pick<Wreck<Shipment>, 'how' | 'stretch' | 'onPurpose' | 'isDropped'>,
): Wreck<Shipment> {
  const { word } = on
  return withOwnEnd({ inFlight: on.shipments.splice(0), word, mark, timedOutAt, exitCode, ...about })
}
