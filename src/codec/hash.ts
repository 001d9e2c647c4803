/** The digest of any value: a canonical walk feeds sha256. What counts as equal is told in {@link hashValue}. */
import { CodecError } from '../errors.js'
import { CanonicalWalk } from './canonical.js'
import { TooDeep, TooManyWays } from './detours.js'

/** What the walk asks about things that only higher layers know. */
export interface HashOptions {
  /** A text that stands for a function; without it functions cannot be hashed. */
  readonly functions?: (fn: object) => string
  /** A text that stands for an object that every process has (`Math`, `process.env`). */
  readonly known?: (object: object) => string | undefined
  /** A text that stands for the class of an instance; without it, its name does. */
  readonly classes?: (maker: object) => string
  /** A text that stands for what cannot be hashed; without it, that is an error. */
  readonly unhashable?: (value: object | symbol) => string
}

let idle: CanonicalWalk | undefined
const noOptions: HashOptions = {}

/**
 * Digest of a value: 64 hex digits, equal for structurally equal values, in every process and on every Node version.
 *
 * | counts | does not count |
 * |---|---|
 * | order of arrays; holes and `undefined` differ | order of the keys of objects, of Map entries and of Set items |
 * | `-0` and `0`, `1` and `1n` and `new Number(1)` differ; all NaN are one | how often a value is shared within another (but for tangled cycles, see below) |
 * | a field that is `undefined` and one that is missing differ | fields that are not enumerable; named properties of arrays longer than 256 |
 * | the kind of a typed array and its bytes, as they lie in memory | the buffer around a view |
 * | Buffer and Uint8Array differ | |
 * | class name and own fields of an instance; `{}` and `Object.create(null)` differ | methods of its class |
 * | name, message, code, cause, own fields of an Error | its stack |
 * | source, flags, lastIndex of a RegExp | |
 *
 * A cycle counts as the number of steps back to the ancestor it leads to. Where cycles are so entangled that following every way would take for
 * ever, or lead back over more than 400 levels, each object is followed once, and sharing and the order of Map entries count. Nesting may be
 * as deep as memory holds, but for cycles longer than about 1,500 objects. Getters are read, as `structuredClone` does.
 *
 * @param value Typed arrays are read in place: 80 MB at the speed of sha256, 1.8 GB/s.
 * @throws {CodecError} For what its contents do not tell apart (Promise, WeakMap, sockets, unique symbols, private fields); the message names the path.
 * @see FIPS 180-4 for SHA-256
 */
export function hashValue(value: unknown, options: HashOptions = noOptions): string {
  // A hook may hash on its own while this walk goes on.
  const walk = idle ?? new CanonicalWalk()
  idle = undefined
  try {
    walk.options = options
    return digestBy(walk, value)
  } finally {
    walk.clear()
    idle = walk
  }
}

function digestBy(walk: CanonicalWalk, value: unknown): string {
  try {
    return digestInParts(walk, value)
  } catch (error) {
    if (error instanceof TooManyWays) {
      walk.rewind()
      return digestOnce(walk, value)
    }
    throw isOverflow(error) ? tooDeep(walk, error) : error
  }
}

/** Where a value is nested too deeply for the stack, its depths come first. */
function digestInParts(walk: CanonicalWalk, value: unknown): string {
  try {
    return walk.digest(value, false)
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error
    walk.rewind()
    return digestDepthsFirst(walk, value, error)
  }
}

function digestDepthsFirst(walk: CanonicalWalk, value: unknown, first: TooDeep): string {
  const ways = [first]
  const outside = new Set(first.around)
  for (;;) {
    try {
      const deep = ways.at(-1)
      if (deep === undefined) return walk.digest(value, false)
      walk.digestDeep(deep.object, ways, outside)
      for (const object of ways.pop()?.around ?? []) outside.delete(object)
    } catch (error) {
      if (!(error instanceof TooDeep)) throw error
      ways.push(error)
      for (const object of error.around) outside.add(object)
    }
    walk.rewind()
  }
}

function digestOnce(walk: CanonicalWalk, value: unknown): string {
  try {
    return walk.digest(value, true)
  } catch (error) {
    throw isOverflow(error) ? tooDeep(walk, error) : error
  }
}

const isOverflow = (error: unknown): boolean => error instanceof RangeError && /call stack/.test(error.message)

const tooDeep = (walk: CanonicalWalk, cause: unknown): CodecError =>
  new CodecError(`cannot hash the value${walk.path()}: it is nested too deeply; pass a flat form of it`, { cause })
