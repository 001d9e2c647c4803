/** Runs an example when it is the script that was started, with what the command line says: `--limit 2000` becomes `{ limit: 2000 }`. */
import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** Call `main` if the module at `url` is the entry script; its options come from the command line. */
export async function runIfEntry(url: string, main: (options: never) => Promise<void>): Promise<void> {
  const [, script, ...words] = process.argv
  if (script === undefined || url !== pathToFileURL(realpathSync(script)).href) return
  await main(optionsOf(words) as never)
}

function optionsOf(words: readonly string[]): Record<string, string | number> {
  const pairs = words.flatMap((word, i) => (word.startsWith('--') ? [[word.slice(2), parsed(words[i + 1] ?? '')] as const] : []))
  return Object.fromEntries(pairs)
}

const parsed = (word: string): string | number => (word !== '' && Number.isFinite(Number(word)) ? Number(word) : word)
