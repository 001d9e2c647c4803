/**
 * What hangs on globals that Node loads late: `crypto.subtle`, `WebAssembly.compile`, `Temporal.PlainDate`. Looking for them loads them all
 * (40 ms), so only what would be refused otherwise is looked for here.
 */

import type { Path, ReferenceNode } from '../parcel/parcel.js'
import { lazyGlobals } from './global-names.js'
import { addGlobal, lateBuiltin } from './known.js'

// Touching these prints a warning, or fails, where Node was given no file for them.
const untouchable = new Set(['localStorage', 'sessionStorage'])

let table: Map<unknown, Path> | undefined

/** Where a worker finds `value`, if something that Node loads late leads to it. */
export function lateReference(value: object): ReferenceNode | undefined {
  const builtin = lateBuiltin(value)
  if (builtin !== undefined) return builtin
  const path = (table ??= collect()).get(value)
  return path && { t: 'global', path }
}

function collect(): Map<unknown, Path> {
  const found = new Map<unknown, Path>()
  for (const name of lazyGlobals) if (!untouchable.has(name)) addGlobal(found, name)
  // A getter of its class, the same object each time.
  const { crypto } = globalThis as { crypto?: { subtle?: object } }
  if (crypto?.subtle !== undefined) found.set(crypto.subtle, ['crypto', 'subtle'])
  return found
}
