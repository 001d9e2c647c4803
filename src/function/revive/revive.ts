/** From plain data that travelled to the value it describes. Worker-safe. */

import { loading } from '../../loading.js'
import type { Parcel } from '../parcel/parcel.js'
import { build } from './build.js'
import { load, needsLoading } from './load.js'

/** Revives the parcels of one run: what was one class or symbol there is one here. */
export interface Reviver {
  /** @throws What a user's module throws while it is loaded, or an error that says which export is missing. */
  revive(parcel: Parcel): Promise<unknown>
}

/** How a reviver tells its owner what it does. */
export interface ReviverOptions {
  /** Called with `true` before user modules are loaded for the first time, and with `false` after. */
  readonly onLoad?: (loading: boolean) => void
}

/** A reviver for one run. Compiled code is shared with others, what it makes is not: one run never sees state of another. */
export function createReviver({ onLoad }: ReviverOptions = {}): Reviver {
  const kept = new Map<string, object | symbol>()
  return {
    revive: async (parcel) => {
      if (parcel.nodes.some(needsLoading)) await loadAll(parcel, onLoad)
      return build(parcel, kept)
    },
  }
}

async function loadAll({ nodes }: Parcel, onLoad: ReviverOptions['onLoad']): Promise<void> {
  onLoad?.(true)
  try {
    await loading(() => Promise.all(nodes.map(load)))
  } finally {
    onLoad?.(false)
  }
}
