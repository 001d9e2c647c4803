/** Which version of a function is in hand: its id, and its fingerprint as of now. */
import { createHash } from 'node:crypto'
import { hashValue } from '../codec/hash.js'
import { OptionError } from '../errors.js'
import { type Fingerprint, takeFingerprint } from '../function/fingerprint/fingerprint.js'
import { provenanceOf } from '../function/found/provenance.js'
import { didYouMean } from '../spelling.js'
import { type Classes, classesOf } from './classes.js'
import { functionId } from './function-id.js'

/** The way to a part of the arguments: `[0]`, `[1, 'debug']`. */
export type ArgumentPath = readonly [position: number, ...path: string[]]

/** What a cached function takes along to a worker. */
export interface ShippedVersion {
  readonly id: string
  readonly digest: string
  /** Whether what it captured may change. */
  readonly changes: boolean
  readonly ignored: readonly ArgumentPath[]
}

/** What besides its code makes a version. */
export interface VersionOptions {
  readonly name: string | undefined
  readonly version: string | number | undefined
  readonly depends: readonly unknown[] | undefined
  readonly ignore: readonly (string | number)[] | undefined
}

// 96 bits: versions of one function are few.
const digits = 24

/** One function, read at its first call. */
export class Version {
  readonly #fn: object
  readonly #options: VersionOptions
  readonly #shipped: ShippedVersion | undefined
  #own: Fingerprint | undefined
  #depends: readonly Fingerprint[] = []
  #changes = false
  #rereads = false
  #atFirst = ''
  #latest = ''
  #digest = ''
  #raw = ''
  #classes: Classes | undefined
  #classesOf = ''
  #id: string | undefined
  #prefix = ''
  #prefixed = ''
  #ignored: readonly ArgumentPath[] | undefined

  constructor(fn: object, options: VersionOptions, shipped: ShippedVersion | undefined) {
    this.#fn = fn
    this.#options = options
    // What was imported here has the state of the module that this worker loaded: its own fingerprint counts.
    this.#shipped = provenanceOf(fn) === undefined ? shipped : undefined
  }

  get id(): string {
    return (this.#id ??= this.#shipped?.id ?? functionId(this.#fingerprint().place(), this.#options.name))
  }

  /** The digest of the function as it is now. */
  now(): string {
    const { digest, changes } = this.#shipped ?? { digest: undefined, changes: true }
    if (digest !== undefined && !changes) return digest
    const taken = this.#own === undefined || this.#rereads
    if (taken) this.#take()
    const raw = taken || !this.#changes ? this.#latest : this.#rawNow()
    if (raw !== this.#raw) {
      this.#raw = raw
      // Code that was compiled here is read differently; what counts is whether what it captured has changed since it came.
      if (digest === undefined) this.#digest = raw.length === 64 ? raw.slice(0, digits) : shortHash(raw)
      else this.#digest = raw === this.#atFirst ? digest : shortHash(`${digest} ${raw}`)
    }
    return this.#digest
  }

  /** What the keys of its results begin with, as of now. */
  prefix(): string {
    const digest = this.now()
    if (digest !== this.#prefixed) {
      this.#prefixed = digest
      // Joined, and not added up: V8 then has it in one piece, and so each key in two.
      this.#prefix = [this.id, digest, ''].join('/')
    }
    return this.#prefix
  }

  /** The parts of the arguments that do not count. @throws {OptionError} If one of them is no parameter. */
  get ignored(): readonly ArgumentPath[] {
    return (this.#ignored ??= this.#shipped?.ignored ?? this.#readIgnored())
  }

  /** The classes that entries of this function may bring back to life, as of now. */
  classes(): Classes {
    if (this.#classes === undefined || this.#classesOf !== this.#raw) {
      this.#classesOf = this.#raw
      this.#classes = classesOf(() => [this.#fingerprint(), ...this.#depends].flatMap((each) => [...each.reached()]))
    }
    return this.#classes
  }

  ship(): ShippedVersion {
    const digest = this.now()
    return this.#shipped ?? { id: this.id, digest, changes: this.#changes || this.#rereads, ignored: this.ignored }
  }

  #fingerprint(): Fingerprint {
    if (this.#own === undefined) this.#take()
    return this.#own as Fingerprint
  }

  #take(): void {
    const { depends = [] } = this.#options
    const first = this.#own === undefined
    this.#own = takeFingerprint(this.#fn)
    this.#depends = depends.filter((value) => typeof value === 'function').map((fn) => takeFingerprint(fn))
    const all = [this.#own, ...this.#depends]
    this.#changes = depends.some((value) => typeof value === 'object' && value !== null) || all.some(({ holdsObjects }) => holdsObjects)
    this.#latest = this.#words(all.map(({ digest }) => digest))
    if (!first) return
    this.#rereads = all.some(({ readsChangingVariables }) => readsChangingVariables)
    this.#atFirst = this.#latest
  }

  /** From references held: contents of objects count anew. */
  #rawNow(): string {
    return this.#words([this.#fingerprint(), ...this.#depends].map((each) => each.again()))
  }

  #words(digests: readonly string[]): string {
    const { version, depends } = this.#options
    if (version === undefined && depends === undefined) return digests[0] ?? ''
    const values = (depends ?? []).filter((value) => typeof value !== 'function')
    return JSON.stringify([digests, version, hashValue(values, { functions: (fn) => takeFingerprint(fn).digest })])
  }

  #readIgnored(): readonly ArgumentPath[] {
    const { ignore } = this.#options
    if (ignore === undefined) return []
    const parameters = this.#fingerprint().parameters()
    const problems: string[] = []
    const paths = ignore.flatMap((item): ArgumentPath[] => {
      if (typeof item === 'number') return [[item]]
      if (item === 'this') return []
      const [head = '', ...path] = item.split('.')
      const found = parameters.get(head)
      if (found !== undefined) return [[...found, ...path]]
      const advice = didYouMean(head, [...parameters.keys()], "'")
      problems.push(`\`ignore\` names '${item}', which is no parameter of the function${advice === '' ? '' : ` (${advice})`}`)
      return []
    })
    if (problems.length > 0) throw new OptionError('memory.cache', problems)
    return paths
  }
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, digits)
