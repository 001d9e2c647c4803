/** What a function is, as a digest. The machinery behind it (a parser, the inspector) is loaded when it is first needed. */
import { createRequire } from 'node:module'
import { loading, loadingAtOnce } from '../../loading.js'
import type { FunctionPlace } from './place.js'

/** A fingerprint, and what is needed to know whether it still holds. */
export interface Fingerprint {
  /** 64 hex digits. */
  readonly digest: string
  /** Whether objects are among the captured constants: their contents count, and may change. */
  readonly holdsObjects: boolean
  /** Whether a captured variable is assigned anywhere in its script: only a new fingerprint sees its new value. Reads the scripts when first asked. */
  readonly readsChangingVariables: boolean
  /** The digest as of now, from references held: contents of objects count anew, variables do not. */
  again(): string
  /** The functions and classes that count, the function itself first; in the same order wherever the digest is the same. */
  reached(): readonly object[]
  /** Where the function is written, by names that are the same on every machine. */
  place(): FunctionPlace
  /** Where its parameters are, by their names: `[0]` for the first, `[1, 'debug']` for a destructured part of the second. */
  parameters(): ReadonlyMap<string, readonly [position: number, ...path: string[]]>
}

let machinery: typeof import('./fingerprinter.js') | undefined

/**
 * Load what fingerprints need (8 to 15 ms, once); cheap when that is done, or when functions were described before.
 *
 * @example
 * ```ts
 * import { hash, prepareFingerprint } from 'joblet'
 *
 * await prepareFingerprint() // a bundle needs it, once
 * console.log(hash((n: number) => n + 1).length) // 64
 * ```
 * @category Hash and files
 */
export async function prepareFingerprint(): Promise<void> {
  machinery ??= await loading(() => import('./fingerprinter.js'))
}

/**
 * Digest of what a function is: 64 hex digits, the same in every process, on every Node version, run plain, by tsx or compiled by esbuild.
 *
 * | counts | does not count |
 * |---|---|
 * | the code, with the names of its parameters and local variables | comments, white space, quotes, parentheses, braces around one statement, types, directives |
 * | project functions and classes that it reaches, by imports and re-exports too | their names, and the files they are in |
 * | captured constants, by their contents; classes of instances, by their code | variables that it, or anything it reaches, assigns: they are state |
 * | an installed package's `name@version` and which export of it is used | what is inside the package |
 * | own properties, `this` of an arrow function, what a function is bound to | the folder of the project, in captured strings and URLs too |
 *
 * What cannot be hashed (a socket, a WeakMap) counts as its type where it is a constant of a module or of the program, and as which it is where a
 * function was called with it or made it: then the digest is this process's alone. Modules loaded by `import()` or `require()` inside the function
 * count by their names only; static fields of a class by their text. What a compiler rewrites counts as rewritten: inlined enums, lowered class fields, minified names.
 * Without an inspector (`--permission`, Bun) captured values do not count, and imported files count whole.
 *
 * Costs 0.1 ms for a tiny function and as much for each one it reaches.
 *
 * @throws {Error} In a bundle, where the machinery cannot be loaded at once, if {@link prepareFingerprint} has not finished.
 * @example
 * ```ts
 * import { fingerprint, prepareFingerprint } from 'joblet'
 *
 * await prepareFingerprint()
 * const rate = 2
 * const price = (n: number) => n * rate // its fingerprint changes with the code, and with `rate`
 * console.log(fingerprint(price) === fingerprint((n: number) => n * rate)) // true
 * ```
 * @category Hash and files
 */
export const fingerprint = (fn: object): string => takeFingerprint(fn).digest

/**
 * The fingerprint of `fn`, to be kept and asked again.
 *
 * @throws {Error} In a bundle, where the machinery cannot be loaded at once, if {@link prepareFingerprint} has not finished.
 */
export function takeFingerprint(fn: object): Fingerprint {
  if (!canFingerprint() || machinery === undefined) throw new Error('cannot take a fingerprint yet: await prepareFingerprint() first')
  return machinery.takeFingerprint(fn)
}

/** Whether fingerprints can be taken at once; loads the machinery if that can be done without waiting. */
export const canFingerprint = (): boolean => (machinery ??= loadedAtOnce()) !== undefined

let tried = false

/** The machinery through `require`, which reads ES modules since Node 20.19. A bundle has no file of this name beside it. */
function loadedAtOnce(): typeof machinery {
  if (tried) return undefined
  tried = true
  const { emitWarning } = process
  try {
    // Node 20 warns that this is experimental, once; the user did not ask for it, so it is not theirs to read.
    process.emitWarning = () => undefined
    return loadingAtOnce(() => createRequire(import.meta.url)('./joblet-fingerprinter.js')) as typeof machinery
  } catch {
    return undefined
  } finally {
    process.emitWarning = emitWarning
  }
}
