/** The digest of any value, functions by what they are. */
import { hashValue } from '../../codec/hash.js'
import { fingerprint } from './fingerprint.js'

/**
 * Digest of a value: 64 hex digits, equal for structurally equal values, in every process and on every Node version. A function counts as its
 * {@link fingerprint}, an instance by the name of its class and its own fields. The order of arrays counts, that of keys, Map entries and Set
 * items does not; `-0` and `0` differ, so do holes and `undefined`, and typed arrays of different kinds.
 *
 * @param value Typed arrays are read in place, at the speed of sha256.
 * @throws {CodecError} For what its contents do not tell apart (a Promise, a socket, private fields); the message names the path.
 * @throws {Error} For a function, in a bundle, if {@link prepareFingerprint} has not finished.
 * @example
 * ```ts
 * import { hash } from 'joblet'
 *
 * console.log(hash({ a: 1, b: [2, 3] }) === hash({ b: [2, 3], a: 1 })) // true
 * console.log(hash(new Float32Array(2)) === hash(new Float64Array(2))) // false
 * ```
 * @category Hash and files
 */
export const hash = (value: unknown): string => hashValue(value, { functions: fingerprint })
