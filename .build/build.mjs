/** Makes the JavaScript of `dist`, or of the folder that is named: `node .build/build.mjs [folder]`. */
import { readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { takeBuiltins } from './builtins.mjs'
import { compileAtOnce } from './eager.mjs'
import { takeParser } from './parser.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const outdir = process.argv[2] ?? 'dist'

// What a worker and a program share is among these. `worker/orphan` loads `node:worker_threads`: 0.8 ms that a program without workers need not spend.
const workersOnly = new Set(['entry.ts', 'orphan.ts', 'run-process.ts'])
const everywhere = readdirSync(join(root, 'src/worker')).flatMap((file) =>
  workersOnly.has(file) ? [] : [`worker/${basename(file, '.ts')}`],
)

// What finds out how functions and values travel.
const described = [
  'function/describe/describe',
  'function/describe/describer',
  'function/revive/revive',
  'function/engine/stack',
  'function/engine/inspector',
]

// Small, and needed by runs and by what Python calls a process alike: a file of their own would cost every first run.
const shared = ['backend/queue', 'backend/life/grandchildren', 'backend/launch/exec-argv', 'backend/launch/worker-file']

// What is there in a program that has imported joblet.
const program = [...everywhere, ...shared, 'index']

/**
 * What is loaded together, gathered by when it is needed. Every file costs Node 20 some 0.5 ms, whatever its size, and esbuild makes one for each
 * set of entries that share something. So each names, under `after`, what is there when it is loaded, or may as well be: what both use then
 * needs no file of its own. `import 'joblet'` loads 4 files in place of 23, a worker 2 in place of 14.
 */
const parts = {
  index: { holds: ['index'], after: [...everywhere, ...shared] },
  // The subpaths.
  fp: { holds: ['fp/index'], after: program },
  multiprocessing: { holds: ['python/multiprocessing'], after: program },
  futures: { holds: ['python/futures'], after: program },
  // What a run needs before its workers are started.
  workers: { holds: ['backend/pool/lease'], after: program },
  // What it needs afterwards; a worker loads it too, for what the wire does not carry.
  describing: { holds: described, after: everywhere },
  // Also loaded by `require`, by this name.
  'joblet-fingerprinter': { holds: ['function/fingerprint/fingerprinter'], after: [...program, ...described] },
  remembering: {
    holds: ['memory/machinery', 'memory/dump-file', 'function/source/analysis', 'function/fingerprint/canonical-code'],
    after: [...program, ...described, 'function/fingerprint/fingerprinter'],
  },
}

const sourceFile = (name) => join(root, 'src', `${name}.ts`)
const partOf = new Map(Object.entries(parts).flatMap(([part, { holds }]) => holds.map((name) => [sourceFile(name), part])))
const named = new Set(Object.values(parts).flatMap(({ after }) => after.map(sourceFile)))

const gatherParts = {
  name: 'gather-parts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^part:/ }, ({ path }) => ({ path: path.slice('part:'.length), namespace: 'part' }))
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      const file = resolve(resolveDir, path).replace(/\.js$/, '.ts')
      if (kind === 'dynamic-import' && partOf.has(file)) return { path: partOf.get(file), namespace: 'part' }
      // By `package.json`, an import that takes no name would be left out.
      return named.has(file) ? { path: file, sideEffects: true } : undefined
    })
    onLoad({ filter: /./, namespace: 'part' }, ({ path }) => ({ contents: sourceOf(parts[path]), resolveDir: join(root, 'src') }))
  },
}

const sourceOf = ({ holds, after }) =>
  [...after.map((name) => `import './${name}.js'`), ...holds.map((name) => `export * from './${name}.js'`)].join('\n')

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: {
    index: 'part:index',
    fp: 'part:fp',
    multiprocessing: 'part:multiprocessing',
    futures: 'part:futures',
    worker: 'src/worker/entry.ts',
    'joblet-fingerprinter': 'part:joblet-fingerprinter',
  },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  alias: { 'fp-ts/lib': 'fp-ts/es6' },
  external: ['tinypool', 'lru-cache'],
  plugins: [gatherParts, takeBuiltins, takeParser],
  metafile: true,
  logLevel: 'warning',
  // A name that this Node's module does not export would be undefined on every Node.
  logOverride: { 'import-is-undefined': 'error' },
})

const fileOf = (part) => join(root, Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === `part:${part}`)[0])
compileAtOnce(fileOf('index'), fileOf('describing'))
