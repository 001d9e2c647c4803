/** What one run knows about functions. */

import type { Inspected, SeenScope } from '../engine/inspect.js'
import type { Parcel } from '../parcel/parcel.js'
import type { ScriptFacts } from './function-script.js'
import type { Sighting } from './siblings.js'

/** What one run knows about functions: captures are read once. */
export interface RunFacts {
  readonly inspected: WeakMap<object, Inspected>
  /** How many functions of each script it has described. */
  readonly described: Map<ScriptFacts, number>
  /** Functions in the scopes of others, and the scopes that were looked through for them. */
  readonly sightings: WeakMap<object, Sighting>
  readonly scopesSeen: WeakSet<SeenScope>
  parcels: WeakMap<object, Parcel>
  /** How many functions of each source text it has sent. */
  readonly copies: Map<string, number>
}

/** Facts of a run that has not begun. */
export const newRun = (): RunFacts => ({
  inspected: new WeakMap(),
  described: new Map(),
  sightings: new WeakMap(),
  scopesSeen: new WeakSet(),
  parcels: new WeakMap(),
  copies: new Map(),
})
