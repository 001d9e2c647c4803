/** The walk over a value that gives equal values equal bytes. */
import { CodecError } from '../errors.js'
import { writeObject } from './canonical-objects.js'
import { isShortAndFlat, writeArray, writeItems, writeRecord } from './canonical-parts.js'
import { TooDeep, TooManyWays } from './detours.js'
import { DigestWriter } from './digest-writer.js'
import type { HashOptions } from './hash.js'
import type { Step } from './steps.js'
import { wordsForPath } from './steps.js'
import { nameOfSymbol } from './symbols.js'
import { tags } from './tags.js'
import type { Refusal } from './unhashable.js'

// A level takes 0.6 KB of a stack of 984 KB, of which the caller has used some.
const maxDepth = 400

const noOptions: HashOptions = {}
const noWay: readonly TooDeep[] = []

// A tree whose nodes know their parents goes each way once; a graph of 30 nodes that know each other, 30! ways.
const maxRepeats = 10_000

/** Walks a value; the writers of particular kinds call it for the parts. */
export class CanonicalWalk {
  readonly to = new DigestWriter()
  options: HashOptions = noOptions
  #once = false
  readonly #ancestors = new Map<object, number>()
  readonly #digests = new Map<object, Buffer>()
  readonly #met = new Map<object, number>()
  #repeats = 0
  /** The outermost ancestor that something in the object in hand leads back to. */
  #reaches = Number.POSITIVE_INFINITY
  readonly #steps: Step[] = []
  #depth = 0
  /** What deep objects are written as, done before what is around them. */
  readonly #deep = new Map<object, string>()
  #before = noWay
  #outside: ReadonlySet<object> | undefined

  /**
   * The digest of `value`, in hex. A walk that is done, or failed, may be used again: making its maps takes longer than hashing `[42]`.
   *
   * @param once Whether each object is followed once only.
   */
  digest(value: unknown, once: boolean): string {
    this.#once = once
    this.#before = noWay
    this.#outside = undefined
    if (this.options.known === undefined && isShortAndFlat(value)) writeItems(value, this)
    else this.visit(value)
    return this.to.finish()
  }

  /** Write a deep object on its own, to be put in its place by the next {@link CanonicalWalk.digest}. `before` leads to it, through what is `outside`. */
  digestDeep(object: object, before: readonly TooDeep[], outside: ReadonlySet<object>): void {
    this.#before = before
    this.#outside = outside
    this.to.open()
    this.#object(object)
    this.#deep.set(object, this.to.closeApart())
  }

  /** Back to the beginning of the value; what is known of its parts stays known. */
  rewind(): void {
    this.to.reset()
    for (const map of [this.#ancestors, this.#met]) if (map.size > 0) map.clear()
    this.#repeats = this.#depth = 0
    // To set the length of an array is a call into the engine, 0.05 us; steps are few.
    while (this.#steps.length > 0) this.#steps.pop()
    this.#reaches = Number.POSITIVE_INFINITY
  }

  /** Forget the value: a walk that waits for its next use must not keep it alive. */
  clear(): void {
    this.rewind()
    this.options = noOptions
    this.#before = noWay
    this.#outside = undefined
    for (const map of [this.#digests, this.#deep]) if (map.size > 0) map.clear()
  }

  /** Write `value`. */
  visit(value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.to.byte(tags.text)
        return this.to.text(value)
      case 'number':
        return this.#number(value)
      case 'boolean':
        return this.to.byte(value ? tags.true : tags.false)
      case 'undefined':
        return this.to.byte(tags.undefined)
      case 'bigint':
        this.to.byte(tags.bigint)
        return this.to.text(value.toString(16))
      case 'symbol':
        return this.symbol(value)
      case 'function':
        return this.#function(value)
      default:
        return value === null ? this.to.byte(tags.null) : this.#object(value as object)
    }
  }

  /** Write what lies at `step` below the object in hand. */
  part(step: Step, value: unknown): void {
    this.#steps[this.#depth - 1] = step
    this.visit(value)
  }

  /** Say on the way into a leaf's part where it is. */
  step(step: Step): void {
    this.#steps[this.#depth - 1] = step
  }

  symbol(value: symbol): void {
    const name = nameOfSymbol(value)
    if (name === undefined)
      return this.refuse(value, { reason: `it is ${String(value)}, which is unlike any other symbol`, advice: 'use Symbol.for' })
    this.to.byte(tags.symbol)
    this.to.text(name)
  }

  /** A text that stands for something. */
  token(tag: number, text: string): void {
    this.to.byte(tag)
    this.to.text(text)
  }

  /** Give up, or write what stands for the value. */
  refuse(value: object | symbol, { reason, advice }: Refusal): void {
    const { unhashable } = this.options
    if (unhashable !== undefined) return this.token(tags.opaque, unhashable(value))
    throw new CodecError(`cannot hash the value${this.path()}: ${reason}; ${advice}`)
  }

  /** The way to the value in hand, as it is written in code. */
  path(): string {
    return wordsForPath([...this.#before.flatMap(({ steps }) => steps), ...this.#steps.slice(0, this.#depth)])
  }

  #number(value: number): void {
    if ((value | 0) === value && !Object.is(value, -0)) {
      this.to.byte(tags.int)
      return this.to.int(value)
    }
    this.to.byte(tags.double)
    this.to.double(value)
  }

  #function(fn: object): void {
    const { functions } = this.options
    if (functions === undefined) return this.refuse(fn, { reason: 'it is a function', advice: 'pass data' })
    this.token(tags.function, functions(fn))
  }

  #object(object: object): void {
    if (this.#writeMet(object)) return
    const depth = this.#depth
    if (depth >= maxDepth && !this.#once) throw new TooDeep(object, [...this.#ancestors.keys()], this.#steps.slice(0, depth))
    const outer = this.#reaches
    this.#reaches = Number.POSITIVE_INFINITY
    this.#ancestors.set(object, depth)
    this.#depth = depth + 1
    this.to.open()
    this.#write(object)
    const digest = this.to.close()
    this.#depth = depth
    this.#ancestors.delete(object)
    this.#leave(object, { depth, digest, outer })
  }

  #write(object: object): void {
    const known = this.options.known?.(object)
    if (known !== undefined) return this.token(tags.known, known)
    const prototype: unknown = Object.getPrototypeOf(object)
    if (prototype === Object.prototype) return writeRecord(object, this, tags.record)
    if (prototype === Array.prototype && Array.isArray(object)) return writeArray(object, this)
    writeObject(object, this)
  }

  /** An object that was met before: an ancestor, or one whose digest is known. */
  #writeMet(object: object): boolean {
    if (this.#once) return this.#writeNumber(object)
    const ancestor = this.#ancestors.get(object)
    if (ancestor !== undefined) {
      this.to.byte(tags.ancestor)
      this.to.int(this.#depth - ancestor)
      this.#reaches = Math.min(this.#reaches, ancestor)
      return true
    }
    const digest = this.#digests.size > 0 ? this.#digests.get(object) : undefined
    if (digest !== undefined) this.to.digest(digest)
    return digest !== undefined || this.#writeDeep(object)
  }

  #writeDeep(object: object): boolean {
    // What leads back out of a deep object cannot be told from within.
    if (this.#outside?.has(object)) throw new TooManyWays()
    const written = this.#deep.size > 0 ? this.#deep.get(object) : undefined
    if (written !== undefined) this.to.latin1(written)
    return written !== undefined
  }

  #writeNumber(object: object): boolean {
    const number = this.#met.get(object)
    if (number === undefined) this.#met.set(object, this.#met.size)
    else {
      this.to.byte(tags.met)
      this.to.int(number)
    }
    return number !== undefined
  }

  #leave(object: object, { depth, digest, outer }: { depth: number; digest: Buffer | undefined; outer: number }): void {
    if (this.#reaches < depth) {
      // Its bytes depend on where it was met.
      if (this.#met.has(object) && !this.#once && ++this.#repeats > maxRepeats) throw new TooManyWays()
      this.#met.set(object, 0)
      this.#reaches = Math.min(this.#reaches, outer)
      return
    }
    this.#reaches = outer
    if (digest !== undefined && !this.#once) this.#digests.set(object, digest)
  }
}
