/** Which file started the program: what it holds travels by value, since importing it in a worker would run the program again. */
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

let known: readonly string[] | undefined
let isTold = false

/** The program's entry scripts as file URLs; in a worker, those that {@link setEntryUrls} was told. */
export function entryUrls(): readonly string[] {
  known ??= findEntryUrls()
  return known
}

/** Tell a worker which script started its program; its own `argv[1]` is another one. */
export function setEntryUrls(urls: readonly string[]): void {
  known = [...urls]
  isTold = true
}

/** Whether `url` is the program's entry, whatever query it was imported with. */
export const isEntry = (url: string): boolean => entryUrls().includes(url) || entryUrls().includes(withoutQuery(url))

/** Whether `url` is the entry and has run in this very thread: in a worker it never does. */
export const isEntryHere = (url: string): boolean => !isTold && isEntry(url)

/** `url` without `?query` and `#hash`. */
export const withoutQuery = (url: string): string => url.replace(/[?#].*$/, '')

// `node app` starts app.js, and a linked bin starts the file that the link points to: all of these count.
const guesses = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '/index.js']

function findEntryUrls(): string[] {
  const script = process.argv[1]
  const files = script === undefined ? [] : guesses.map((end) => resolve(script) + end).filter((file, i) => i === 0 || existsSync(file))
  // Any absolute path does; a CommonJS bundle has no `import.meta.url`.
  const main = createRequire(process.execPath).main?.filename
  if (main !== undefined) files.push(main)
  return [...new Set(files.flatMap(urlsOf))]
}

function urlsOf(file: string): string[] {
  const url = pathToFileURL(file).href
  try {
    return [url, pathToFileURL(realpathSync(file)).href]
  } catch {
    return [url]
  }
}
