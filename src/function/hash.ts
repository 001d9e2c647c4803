/** The digest of any value, functions by what they are. */
import { hashValue } from '../codec/hash.js'
import { fingerprint } from './fingerprint.js'

/**
 * Digest of a value: 64 hex digits, equal for structurally equal values; a function counts as its {@link fingerprint}, an instance by the name
 * of its class and its own fields. What else counts is told at {@link hashValue}.
 *
 * @throws {CodecError} For what its contents do not tell apart; the message names the path.
 * @throws {Error} For a function, if `prepareFingerprint` has not finished.
 * @example
 * hash({ a: 1, b: 2 }) === hash({ b: 2, a: 1 }) // true
 */
export const hash = (value: unknown): string => hashValue(value, { functions: fingerprint })
