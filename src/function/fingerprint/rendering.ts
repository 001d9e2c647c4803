/** One function and all that it reaches, as a digest of texts. */
import { createHash } from 'node:crypto'
import * as types from 'node:util/types'
import { hashValue } from '../../codec/hash.js'
import { wordsForOne } from './apart.js'
import type { CodeIdentity } from './code-identity.js'
import type { Identity } from './function-identity.js'
import type { IsOnlyOne, Meaning } from './meaning.js'
import { wordsForKnown, wordsForOpaque, wordsForSymbol } from './value-words.js'

/** What is known of functions, read at first need. */
export interface Readings {
  /** Takes the objects whose contents count. */
  readonly held: Set<object>
  identity(fn: object): Identity
}

/** What a function is, and what it reaches. */
export interface Rendered {
  readonly digest: string
  readonly reached: readonly object[]
}

/** One pass over what was read: each function gets a number when it is met, and a text. */
export class Rendering {
  readonly #reading: Readings
  readonly #written: ReadonlySet<string>
  readonly #numbers = new Map<object, number>()
  readonly #objects = new Map<object, string>()

  constructor(reading: Readings, written: ReadonlySet<string>) {
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
        return [identity.words, ...identity.of.map((value) => this.#value(value, {}))].join(' ')
      case 'code':
        return this.#code(identity)
    }
  }

  #code({ code, meanings, extras, folder, isOnlyOne }: CodeIdentity): string {
    let text = code.parts[0] ?? ''
    meanings.forEach((meaning, i) => {
      text += ` ${this.#meaning(meaning, folder)}${code.parts[i + 1] ?? ''}`
    })
    return extras.reduce((all, [name, value]) => `${all} ${JSON.stringify(name)}=${this.#value(value, { folder, isOnlyOne })}`, text)
  }

  #meaning(meaning: Meaning, folder: string | undefined): string {
    const text = `<${this.#wordsFor(meaning, folder)}>`
    // As the code itself has members.
    return meaning.t !== 'value' && meaning.member !== undefined ? `(. ${text} '${meaning.member} )` : text
  }

  #wordsFor(meaning: Meaning, folder: string | undefined): string {
    if (meaning.t === 'words') return meaning.words
    const { value, variable, isOnlyOne } = meaning
    const isState = variable !== undefined && this.#written.has(variable.key)
    return isState ? `state ${variable.name}` : this.#value(value, { folder, isOnlyOne })
  }

  #value(value: unknown, from: From): string {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(withoutFolder(value, from.folder))
      case 'symbol':
        return wordsForSymbol(value)
      case 'function':
        return types.isProxy(value) && !from.isOnlyOne?.() ? `#proxy ${wordsForOne(value)}` : this.#function(value)
      case 'object':
        return value === null ? 'null' : this.#object(value, from)
      default:
        return `${Object.is(value, -0) ? '-' : ''}${String(value)}${typeof value === 'bigint' ? 'n' : ''}`
    }
  }

  #function(fn: object): string {
    let number = this.#numbers.get(fn)
    if (number === undefined) this.#numbers.set(fn, (number = this.#numbers.size))
    return `#${number}`
  }

  #object(object: object, from: From): string {
    if (object instanceof URL) return `URL ${JSON.stringify(withoutFolder(object.href, from.folder))}`
    const known = wordsForKnown(object)
    if (known !== undefined) return known
    const before = this.#objects.get(object)
    if (before !== undefined) return before
    const { text, isOpaque } = this.#hash(object, from)
    // What is opaque counts by where it was captured.
    if (!isOpaque) this.#objects.set(object, text)
    return text
  }

  #hash(object: object, { isOnlyOne }: From): { text: string; isOpaque: boolean } {
    this.#reading.held.add(object)
    let isOpaque = false
    const functions = (fn: object): string => this.#function(fn)
    const unhashable = (value: object | symbol): string => {
      isOpaque = true
      return wordsForOpaque(value, isOnlyOne?.())
    }
    try {
      return { text: `@${hashValue(object, { functions, classes: functions, known: wordsForKnown, unhashable })}`, isOpaque }
    } catch {
      // Nested too deeply, or a getter that throws.
      return { text: wordsForOpaque(object, isOnlyOne?.()), isOpaque: true }
    }
  }
}

/** Where a value was captured. */
interface From {
  readonly folder?: string | undefined
  readonly isOnlyOne?: IsOnlyOne | undefined
}

/** Where the project lies on this machine does not count. */
const withoutFolder = (text: string, folder: string | undefined): string =>
  folder !== undefined && text.includes(folder) ? text.replaceAll(folder, '<package>') : text
