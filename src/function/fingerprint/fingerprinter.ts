/** The fingerprint of a function: what it is, and what all that it reaches is. The part that is loaded late, with the parser. */
import { noteCallSites } from '../engine/call-sites.js'
import { withDebugger } from '../engine/scripts.js'
import { refreshLoaded } from '../found/loaded.js'
import { assignedIn } from '../script/reassigned.js'
import { parametersOf } from '../source/parameters.js'
import type { CodeIdentity } from './code-identity.js'
import { contentsOf } from './contents.js'
import type { Fingerprint } from './fingerprint.js'
import type { Identity } from './function-identity.js'
import { identityOf } from './function-identity.js'
import type { CapturedVariable } from './meaning.js'
import { placeOf } from './place.js'
import { type Rendered, Rendering } from './rendering.js'

/** Take the fingerprint of `fn` now. */
export function takeFingerprint(fn: object): Fingerprint {
  noteCallSites()
  const reading = new Reading()
  const digest = withDebugger(() => reading.digest(fn))
  let latest = { digest, contents: reading.contents() }
  const again = (): string => {
    // A function has not changed while what it holds has not: a tenth of the time of rendering all of it.
    if (reading.contents() !== latest.contents) {
      const changed = withDebugger(() => reading.digest(fn))
      latest = { digest: changed, contents: reading.contents() }
    }
    return latest.digest
  }
  let reassigned: boolean | undefined
  return {
    digest,
    holdsObjects: reading.held.size > 0,
    get readsChangingVariables() {
      return (reassigned ??= reading.variables().some(({ name, facts }) => assignedIn(facts).has(name)))
    },
    again,
    reached: () => withDebugger(() => reading.reached(fn)),
    place: () => withDebugger(() => placeOf(fn)),
    parameters: () => parametersOf(fn),
  }
}

/** What was read of the functions that one function reaches; each of them is read once. */
class Reading {
  /** Constants that are objects, as far as their contents count: these may change. */
  readonly held = new Set<object>()
  readonly #identities = new Map<object, Identity>()

  /** What the held objects contain by now, told apart from all that they contained before. */
  contents(): string {
    let text = ''
    for (const object of this.held) text += contentsOf(object)
    return text
  }

  digest(fn: object): string {
    return this.#render(fn).digest
  }

  reached(fn: object): readonly object[] {
    return this.#render(fn).reached
  }

  #render(fn: object): Rendered {
    refreshLoaded()
    const rendered = new Rendering(this, new Set()).render(fn)
    // Only once all of it was read can be told which variables are state.
    const written = this.#written()
    return written.size === 0 ? rendered : new Rendering(this, written).render(fn)
  }

  identity(fn: object): Identity {
    let known = this.#identities.get(fn)
    if (known === undefined) this.#identities.set(fn, (known = identityOf(fn)))
    return known
  }

  /** Captured variables of all functions that were read, but for those that they assign themselves. */
  variables(): CapturedVariable[] {
    const written = this.#written()
    return this.#codes()
      .flatMap(({ meanings }) => meanings.flatMap((meaning) => ('variable' in meaning && meaning.variable ? [meaning.variable] : [])))
      .filter(({ key }) => !written.has(key))
  }

  #written(): ReadonlySet<string> {
    return new Set(this.#codes().flatMap(({ writes }) => writes))
  }

  #codes(): CodeIdentity[] {
    return [...this.#identities.values()].filter((identity) => identity.t === 'code')
  }
}
