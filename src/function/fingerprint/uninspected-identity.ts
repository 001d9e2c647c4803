/**
 * What a function is where there is no inspector: its text, and the texts of the files that its file imports by a path.
 *
 * What it captured cannot be seen. So two closures of one text are the same here, and any edit of an imported file counts.
 */
import { createHash } from 'node:crypto'
import { standardGlobals } from '../found/global-names.js'
import { canonicalSpecifier } from '../found/packages.js'
import { analyze } from '../source/analysis.js'
import type { ImportedName } from '../source/module-syntax.js'
import { type Home, homeOf, readHome } from '../source/near-files.js'
import type { CanonicalCode, CodeSlot } from './canonical-code.js'
import { canonicalCode } from './canonical-code.js'
import type { Meaning } from './meaning.js'

/** What can be known of `fn`. */
export function uninspectedIdentity(
  fn: object,
):
  | { readonly t: 'words'; readonly words: string }
  | { t: 'code'; code: CanonicalCode; meanings: Meaning[]; extras: []; writes: []; folder: undefined } {
  const source = Function.prototype.toString.call(fn)
  try {
    const code = canonicalCode(analyze(source, true))
    const home = homeOf(source, importedBy)
    const meanings = code.slots.map((slot): Meaning => ({ t: 'words', words: wordsFor(slot, home), ...memberOf(slot) }))
    return { t: 'code', code, meanings, extras: [], writes: [], folder: undefined }
  } catch (error) {
    if (error instanceof SyntaxError) return { t: 'words', words: `text ${source}` }
    throw error
  }
}

const memberOf = (slot: CodeSlot): { member?: string } =>
  slot.t === 'variable' && slot.member !== undefined ? { member: slot.member } : {}

function wordsFor(slot: CodeSlot, home: Home | undefined): string {
  if (slot.t === 'superclass' || slot.t === 'self') return slot.t
  if (slot.t === 'import') return home === undefined ? slot.specifier : canonicalSpecifier(slot.specifier, home.url)
  if (standardGlobals.has(slot.name)) return `global ${slot.name}`
  const imported = home?.syntax.imports.get(slot.name)
  return home === undefined || imported === undefined ? `captured ${slot.name}` : wordsForImport(imported, home)
}

function wordsForImport({ specifier, name }: ImportedName, { url }: Home): string {
  const shown = `${canonicalSpecifier(specifier, url)}#${name}`
  return /^\.{0,2}\//.test(specifier) ? `${shown} ${textDigest(new URL(specifier, url).href, new Set())}` : shown
}

/** A digest of a file's text and of those that it imports by a path. */
function textDigest(url: string, seen: Set<string>): string {
  if (seen.has(url)) return ''
  seen.add(url)
  const home = readHome(url)
  if (home === undefined) return ''
  const hash = createHash('sha256').update(home.text)
  for (const { specifier } of home.syntax.imports.values()) {
    if (/^\.{0,2}\//.test(specifier)) hash.update(textDigest(new URL(specifier, url).href, seen))
  }
  return hash.digest('hex')
}

/** URLs of what a file imports by a path. */
const importedBy = ({ url, syntax }: Home): string[] =>
  [...syntax.imports.values()].flatMap(({ specifier }) => (specifier.startsWith('.') ? [new URL(specifier, url).href] : []))
