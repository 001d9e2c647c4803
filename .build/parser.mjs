/**
 * The parser of the package: acorn in few bytes, which the first function that travels waits for. On Node 24 it loads in 4.8 ms, as its
 * package has it in 11.4; in the file of what uses it rather than in one of its own, another 1.2 to 1.6 ms sooner.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const acorn = join(root, 'node_modules/acorn')

/**
 * What acorn says about regular expressions is left out: a fifth of its text, and tables that take 2.6 ms to make. Texts that come here have been
 * compiled by the engine, which has found theirs to be right. Each mark is there once, or the build fails.
 */
const leftOut = [
  { from: '\n// This file contains Unicode properties extracted', to: '\n// Object type used to represent tokens.' },
  { from: '\n  // Validate pattern\n', to: '\n  // Create Literal#value property value.\n' },
]

const leaveOut = {
  name: 'leave-out',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]acorn[\\/]dist[\\/]acorn\.m?js$/ }, ({ path }) => ({
      contents: leftOut.reduce(
        (text, { from, to }) => text.slice(0, placeOf(from, text)) + text.slice(placeOf(to, text)),
        readFileSync(path, 'utf8'),
      ),
    }))
  },
}

function placeOf(mark, text) {
  const place = text.indexOf(mark)
  if (place < 0 || text.includes(mark, place + 1)) throw new Error(`acorn has changed: '${mark.trim()}' is not there once`)
  return place
}

const { version } = JSON.parse(readFileSync(join(acorn, 'package.json'), 'utf8'))

/** The text of the module that the parser is. */
export async function parserText() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { parser: 'src/function/source/parser.ts' },
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    plugins: [leaveOut],
    banner: {
      js: `/*!\nacorn ${version}, without its reading of regular expressions.\n\n${readFileSync(join(acorn, 'LICENSE'), 'utf8')}*/`,
    },
    logLevel: 'warning',
  })
  return outputFiles[0].text
}

/** Part of every build. */
export const takeParser = {
  name: 'take-parser',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]function[\\/]source[\\/]parser\.ts$/ }, async () => ({ contents: await parserText(), loader: 'js' }))
  },
}
