/** Files whose text may hold a function that only its text tells of: where there is no inspector. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { seenFiles } from '../engine/call-sites.js'
import { entryUrls, withoutQuery } from '../found/entry.js'
import { type ModuleSyntax, readModule } from './module-syntax.js'

/** A file that was read. */
export interface Home {
  readonly url: string
  readonly text: string
  readonly syntax: ModuleSyntax
}

/**
 * The file on the call stack, or the entry, or imported by one of them, whose text holds `source`.
 *
 * @param importedBy URLs of the files that a file imports, as far as they are to be looked at.
 */
export function homeOf(source: string, importedBy: (home: Home) => readonly string[]): Home | undefined {
  const near = [...new Set([...seenFiles(), ...entryUrls()])].map(readHome)
  const imported = near.flatMap((home) => (home === undefined ? [] : importedBy(home).map(readHome)))
  return [...near, ...imported].find((home) => home?.text.includes(source))
}

const homes = new Map<string, Home | undefined>()

/** A file as it was when it was first read; undefined if it cannot be. */
export function readHome(url: string): Home | undefined {
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
