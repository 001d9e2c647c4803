/** The fingerprint of a function: what it is, and what all that it reaches is. The part that is loaded late, with the parser. */
import { createHash } from 'node:crypto'
import { hashValue } from '../codec/hash.js'
import { noteCallSites } from './call-sites.js'
import type { CodeIdentity } from './code-identity.js'
import { contentsOf } from './contents.js'
import type { Fingerprint } from './fingerprint.js'
import type { Identity } from './function-identity.js'
import { identityOf } from './function-identity.js'
import { refreshLoaded } from './loaded.js'
import type { CapturedVariable, Meaning } from './meaning.js'
import { parametersOf } from './parameters.js'
import { placeOf } from './place.js'
import { assignedIn } from './reassigned.js'
import { withDebugger } from './scripts.js'
import { wordsForKnown, wordsForOpaque, wordsForSymbol } from './value-words.js'

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

interface Rendered {
  readonly digest: string
  readonly reached: readonly object[]
}

/** One pass over what was read: each function gets a number when it is met, and a text. */
class Rendering {
  readonly #reading: Reading
  readonly #written: ReadonlySet<string>
  readonly #numbers = new Map<object, number>()
  readonly #objects = new Map<object, string>()

  constructor(reading: Reading, written: ReadonlySet<string>) {
    this.#reading = reading
    this.#written = written
  }

  render(root: object): Rendered {
    const hash = createHash('sha256')
    this.#function(root)
    // The map grows while it is walked: what one function reaches comes after it.
    for (const fn of this.#numbers.keys()) hash.update(`${this.#text(this.#reading.identity(fn))}\n`)
    return { digest: hash.digest('hex'), reached: [...this.#numbers.keys()] }
  }

  #text(identity: Identity): string {
    switch (identity.t) {
      case 'words':
        return identity.words
      case 'made':
        return [identity.words, ...identity.of.map((value) => this.#value(value, undefined))].join(' ')
      case 'code':
        return this.#code(identity)
    }
  }

  #code({ code, meanings, extras, folder }: CodeIdentity): string {
    let text = code.parts[0] ?? ''
    meanings.forEach((meaning, i) => {
      text += ` ${this.#meaning(meaning, folder)}${code.parts[i + 1] ?? ''}`
    })
    return extras.reduce((all, [name, value]) => `${all} ${JSON.stringify(name)}=${this.#value(value, folder)}`, text)
  }

  #meaning(meaning: Meaning, folder: string | undefined): string {
    const text = `<${this.#wordsFor(meaning, folder)}>`
    // As the code itself has members.
    return meaning.t !== 'value' && meaning.member !== undefined ? `(. ${text} '${meaning.member} )` : text
  }

  #wordsFor(meaning: Meaning, folder: string | undefined): string {
    if (meaning.t === 'words') return meaning.words
    const { value, variable } = meaning
    return variable !== undefined && this.#written.has(variable.key) ? `state ${variable.name}` : this.#value(value, folder)
  }

  #value(value: unknown, folder: string | undefined): string {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(withoutFolder(value, folder))
      case 'symbol':
        return wordsForSymbol(value)
      case 'function':
        return this.#function(value)
      case 'object':
        return value === null ? 'null' : this.#object(value, folder)
      default:
        return `${Object.is(value, -0) ? '-' : ''}${String(value)}${typeof value === 'bigint' ? 'n' : ''}`
    }
  }

  #function(fn: object): string {
    let number = this.#numbers.get(fn)
    if (number === undefined) this.#numbers.set(fn, (number = this.#numbers.size))
    return `#${number}`
  }

  #object(object: object, folder: string | undefined): string {
    if (object instanceof URL) return `URL ${JSON.stringify(withoutFolder(object.href, folder))}`
    const known = wordsForKnown(object)
    if (known !== undefined) return known
    let text = this.#objects.get(object)
    if (text === undefined) this.#objects.set(object, (text = this.#hash(object)))
    return text
  }

  #hash(object: object): string {
    this.#reading.held.add(object)
    const functions = (fn: object): string => this.#function(fn)
    try {
      return `@${hashValue(object, { functions, classes: functions, known: wordsForKnown, unhashable: wordsForOpaque })}`
    } catch {
      return 'opaque' // nested too deeply, or a getter that throws
    }
  }
}

/** Where the project lies on this machine does not count. */
const withoutFolder = (text: string, folder: string | undefined): string =>
  folder !== undefined && text.includes(folder) ? text.replaceAll(folder, '<package>') : text
