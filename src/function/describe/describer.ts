/** A describer and all that it needs: the part of describing that is loaded late. */

import { ShippingError } from '../../errors.js'
import { withDebugger } from '../engine/scripts.js'
import { sendByValue } from '../found/by-value.js'
import { codecOf } from '../found/class-registry.js'
import { refreshLoaded } from '../found/loaded.js'
import type { Parcel } from '../parcel/parcel.js'
import { createReviver } from '../revive/revive.js'
import type { RunFacts } from '../script/run-facts.js'
import { newRun } from '../script/run-facts.js'
import { finishFunctions } from './cells.js'
import type { Describer } from './describe.js'
import { addWeakEntries } from './describe-host.js'
import { Draft } from './draft.js'
import { referenceTo } from './reference-to.js'

/** A describer for one run. */
export function makeDescriber(): Describer {
  const run = newRun()
  const describer: Describer = {
    describe: (value, what) =>
      typeof value === 'function' ? describeOnce(value, run) : withDebugger(() => describe(value, new Draft(run, what))),
    redescribe: async (parcel, module) => {
      sendByValue(module)
      run.parcels = new WeakMap()
      // In this program the module is loaded, so what it exports is found.
      return describer.describe(await createReviver().revive(parcel), 'the arguments')
    },
  }
  return describer
}

function describeOnce(fn: object, run: RunFacts): Parcel {
  let parcel = run.parcels.get(fn)
  if (parcel !== undefined) return parcel
  parcel = referenceAlone(fn, run)
  if (parcel === undefined) {
    parcel = withDebugger(() => describe(fn, new Draft(run, undefined)))
    warnOfCopies(parcel, run)
  }
  run.parcels.set(fn, parcel)
  return parcel
}

/** A function that a worker finds for itself: there is nothing to follow from it. */
function referenceAlone(fn: object, run: RunFacts): Parcel | undefined {
  const reference = codecOf(fn) === undefined ? referenceTo(fn, run) : undefined
  return reference && { v: 1, root: { $: 0 }, nodes: [{ ...reference }], codes: [] }
}

const manyCopies = 1_000

/** A closure per task is described one by one, at 0.1 ms each: say so once. */
function warnOfCopies({ nodes: [root], codes }: Parcel, { copies }: RunFacts): void {
  const code = root?.t === 'function' ? codes[root.code] : undefined
  if (code === undefined) return
  const place = `${code.file ?? 'a string'}:${code.line + 1}`
  const count = (copies.get(place) ?? 0) + 1
  copies.set(place, count)
  if (count !== manyCopies + 1) return
  const advice = 'write one function and pass what differs as arguments: delayed(fn)(value) costs a hundredth'
  process.emitWarning(`more than ${manyCopies} functions made at ${place} were sent in one run, each with its own captures; ${advice}`, {
    type: 'JobletWarning',
    code: 'JOBLET_MANY_CLOSURES',
  })
}

function describe(value: unknown, draft: Draft): Parcel {
  refreshLoaded()
  try {
    const root = draft.slot(value)
    draft.describePending()
    addWeakEntries(draft)
    finishFunctions(draft)
    return draft.parcel(root)
  } catch (error) {
    if (error instanceof RangeError && /call stack/.test(error.message)) throw tooDeep(draft, error)
    throw error
  }
}

const tooDeep = (draft: Draft, cause: unknown): ShippingError =>
  new ShippingError(`cannot send ${draft.path()}: it is nested too deeply; pass a flat form of it`, { cause })
