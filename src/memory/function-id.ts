/** The name under which a function's results lie: where it is written, by names that are the same on every machine. */
import { createHash } from 'node:crypto'
import type { FunctionPlace } from '../function/fingerprint/place.js'

// The same module before and after it is compiled; a bundle is another file, and `name` is the way out.
const builtFolder = /^(?:src|source|dist|lib|build|out|esm|cjs)\//
const extension = /\.[cm]?[jt]sx?$/

/**
 * The id of a function: a part that people read and a digest that tells all functions apart. Letters, digits, `.`, `_` and `-` only.
 *
 * | function | id |
 * |---|---|
 * | `simulate` in `src/models/decay.ts` | `models-decay-simulate-` and 10 hex digits |
 * | the same in `dist/models/decay.js` | the same |
 * | one without a name | `models-decay-anonymous-` and 10 hex digits |
 *
 * @param name The user's own name for the function; it takes the place of all else but the package.
 */
export function functionId(place: FunctionPlace, name: string | undefined): string {
  const module = place.path.replace(extension, '').replace(builtFolder, '')
  const parts = name === undefined ? [module, place.name || 'anonymous'] : [name]
  const digest = createHash('sha256')
    .update(JSON.stringify([place.package, ...parts]))
    .digest('hex')
    .slice(0, 10)
  return `${readable(parts)}-${digest}`
}

/** No name from outside becomes a path: of all others a `-` is left, and no id begins with a dot. */
const readable = (parts: readonly string[]): string =>
  parts
    .filter((part) => part !== '')
    .join('-')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/\.{2,}/g, '.')
    .replace(/^[.-]+/, '')
    .slice(-60)
    .replace(/^[.-]+/, '')
