/**
 * What a function is where there is no inspector: its text, and the texts of the files that its file imports by a path.
 *
 * What it captured cannot be seen. So two closures of one text are the same here, and any edit of an imported file counts.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { seenFiles } from '../engine/call-sites.js'
import { entryUrls, withoutQuery } from '../found/entry.js'
import { standardGlobals } from '../found/global-names.js'
import { canonicalSpecifier } from '../found/packages.js'
import { analyze } from '../source/analysis.js'
import type { ImportedName, ModuleSyntax } from '../source/module-syntax.js'
import { readModule } from '../source/module-syntax.js'
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
    const home = homeOf(source)
    const meanings = code.slots.map((slot): Meaning => ({ t: 'words', words: wordsFor(slot, home), ...memberOf(slot) }))
    return { t: 'code', code, meanings, extras: [], writes: [], folder: undefined }
  } catch (error) {
    if (error instanceof SyntaxError) return { t: 'words', words: `text ${source}` }
    throw error
  }
}

interface Home {
  readonly url: string
  readonly text: string
  readonly syntax: ModuleSyntax
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

/** The file on the call stack, or the entry, or imported by one of them, whose text holds `source`. */
function homeOf(source: string): Home | undefined {
  const near = [...new Set([...seenFiles(), ...entryUrls()])].map(readHome)
  const imported = near.flatMap((home) =>
    home === undefined
      ? []
      : [...home.syntax.imports.values()]
          .filter(({ specifier }) => specifier.startsWith('.'))
          .map(({ specifier }) => readHome(new URL(specifier, home.url).href)),
  )
  return [...near, ...imported].find((home) => home?.text.includes(source))
}

const homes = new Map<string, Home | undefined>()

function readHome(url: string): Home | undefined {
  if (!homes.has(url)) homes.set(url, tryToRead(url))
  return homes.get(url)
}

function tryToRead(url: string): Home | undefined {
  try {
    const text = readFileSync(fileURLToPath(withoutQuery(url)), 'utf8')
    return { url, text, syntax: readModule(text, !url.endsWith('.cjs')) }
  } catch {
    return undefined
  }
}
