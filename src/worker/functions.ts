/** The functions a worker holds for each run: revived once, dropped when the run ends. Worker-safe. */

import { createReviver, type Reviver } from '../function/revive/revive.js'
import type { AnyFunction } from '../task.js'
import type { Definition } from './batch.js'
import { workerContext } from './context.js'

/** A function; one that could not be revived is the error instead. */
export type Defined = AnyFunction | { readonly error: unknown }

/** What a worker holds for one run. */
export interface RunScope {
  readonly reviver: Reviver
  /** By id. */
  readonly functions: Map<number, Defined>
}

/** An empty scope; modules that its functions come from are loaded as functions are defined. */
export function createRunScope(): RunScope {
  return { reviver: createReviver({ onLoad: setLoading }), functions: new Map() }
}

/** Revive the functions that are new to `scope`. Never rejects: what failed is kept as the error that its calls will give. */
export async function defineAll(scope: RunScope, definitions: readonly Definition[]): Promise<void> {
  for (const { id, parcel } of definitions) {
    if (!scope.functions.has(id)) scope.functions.set(id, await reviveFunction(scope.reviver, parcel))
  }
}

async function reviveFunction(reviver: Reviver, parcel: Definition['parcel']): Promise<Defined> {
  try {
    return (await reviver.revive(parcel)) as AnyFunction
  } catch (error) {
    return { error }
  }
}

/** Note whether this worker loads user modules: one that starts a run meanwhile is refused. */
export function setLoading(loading: boolean): void {
  const context = workerContext()
  if (context !== undefined) context.loading = loading
}
