/**
 * Makes `parser.js` of `dist`, or of the folder that is named: `node .build/parser.mjs [folder]`. It is acorn in few bytes, which the first
 * function that travels waits for: on Node 24 it loads in 4.8 ms, as its package has it in 11.4. The build of the rest leaves it outside.
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

/** Makes `parser.js` in `outdir`. */
export const buildParser = (outdir) =>
  build({
    absWorkingDir: root,
    entryPoints: { parser: 'src/function/parser.ts' },
    outdir,
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

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildParser(process.argv[2] ?? 'dist')
