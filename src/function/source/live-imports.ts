/** Imports of variables that their module assigns again: a function that imports one sees each new value, here and in a worker. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withoutQuery } from '../found/entry.js'
import type { Mention } from './analysis.js'
import type { ImportedName } from './module-syntax.js'
import type { Edit } from './source-form.js'

/**
 * Whether what is imported may change. Tells by the look of the module's text (0.1 ms, once), which may be TypeScript; it errs towards yes, which
 * only moves the columns behind a mention. Packages are not looked at.
 */
export function mayChange({ specifier, name }: ImportedName, parent: string): boolean {
  if (name === '*' || !/^(\.{0,2}\/|file:)/.test(specifier) || !URL.canParse(specifier, parent)) return false
  const text = textOf(new URL(specifier, parent).href)
  if (!/\bexport\s*(let\b|var\b|\{)/.test(text)) return false
  const local = new RegExp(`([\\w$]+)\\s+as\\s+${escaped(name)}\\b`).exec(text)?.[1] ?? name
  return assigns(escaped(local)).test(text)
}

/** Have the mentions of an import read `namespace`, which is always up to date. */
export const liveEdits = (mentions: readonly Mention[], { local, path }: { local: string; path: string }): Edit[] =>
  mentions.map(({ start, end, shorthand, called }) => ({
    start,
    end,
    text: shorthand ? `${local}:${path}` : called ? `(0,${path})` : path,
  }))

const assigns = (name: string): RegExp =>
  new RegExp(`(?<![\\w$.]|\\b(?:let|var|const)\\s+)${name}\\s*(?:[-+*/%&|^?<>]{0,3}=(?![=>])|\\+\\+|--)|(?:\\+\\+|--)\\s*${name}(?![\\w$])`)

const escaped = (name: string): string => name.replaceAll('$', '\\$')

const texts = new Map<string, string>()

function textOf(url: string): string {
  let text = texts.get(url)
  if (text === undefined) texts.set(url, (text = read(withoutQuery(url))))
  return text
}

/** TypeScript is imported by the name that its compiler would give it. */
function read(url: string): string {
  for (const candidate of [url, url.replace(/\.([mc]?)js$/, '.$1ts')]) {
    try {
      return readFileSync(fileURLToPath(candidate), 'utf8')
    } catch {
      // The next, or a module that is in no file.
    }
  }
  return ''
}
